/** What a client can speak: RFC 6455, the two drafts that differ from it in the version number, and the two Hixie drafts. */
export type Dialect = 'rfc6455' | 'hybi07' | 'hybi08' | 'hixie76' | 'hixie75';

/** How payload is represented in frames; always base64 in the Hixie dialects. */
export type Encoding = 'binary' | 'base64';

export function isHixie(dialect: Dialect): boolean {
  return dialect === 'hixie76' || dialect === 'hixie75';
}

/** The dialect's name in options and log lines. */
export function dialectName(dialect: Dialect): string {
  return dialect.startsWith('hybi') ? 'hybi' : dialect;
}
