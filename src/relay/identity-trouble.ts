import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { messageOf } from '../error.js';

/**
 * Why a certificate and a key, both PEM, cannot be used; undefined when they can. In words: what OpenSSL says names a routine
 * of its own, and not what is wrong with a file.
 */
export function identityTrouble(cert: string, key: string): string | undefined {
  if (!/^-----BEGIN (X509 |TRUSTED )?CERTIFICATE-----/m.test(cert))
    return 'no certificate is in it, in PEM';
  if (!/^-----BEGIN ([A-Z]+ )*PRIVATE KEY-----/m.test(key))
    return 'no private key is in it, in PEM: --key names the file that has it';
  if (/^(-----BEGIN ENCRYPTED |Proc-Type: 4,ENCRYPTED)/m.test(key))
    return 'the key has a passphrase: "openssl pkey -in FILE -out FILE" writes one without';
  try {
    if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)))
      return 'the key does not belong to the first certificate';
    createSecureContext({ cert, key });
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
