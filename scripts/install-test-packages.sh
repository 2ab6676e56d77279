#!/bin/sh
# Installs what the tests need from Debian; nothing else does. Does nothing when all of it is there. `npm test` calls it;
# when it may not install, it says what to type and the tests that need those programs are skipped.
set -eu

packages='
  apache2
  apache2-utils
  bsdutils
  chromium
  clang
  clang-format
  clang-tidy
  curl
  default-jdk-headless
  gvncviewer
  haproxy
  imagemagick
  iproute2
  libc6-dbg
  libcap2-bin
  libclang-rt-14-dev
  libev-dev
  libevent-dev
  libmemcached-tools
  libssl-dev
  liburing-dev
  libuv1-dev
  memcached
  mosquitto
  musl-tools
  nginx-light
  openbsd-inetd
  openssh-client
  openssh-server
  openssl
  perl
  postgresql
  python3
  python3-websockets
  redis-server
  redis-tools
  ruby
  socat
  strace
  tigervnc-standalone-server
  tigervnc-tools
  ucspi-tcp
  valgrind
  vncsnapshot
  wrk
  x11-utils
  x11-xserver-utils
  x11vnc
  xdotool
  xterm
  xvfb
'

[ -r /etc/os-release ] && . /etc/os-release
missing=
for package in $packages; do
  status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
  [ "$status" = 'install ok installed' ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

command="apt-get install --yes --no-install-recommends$missing"
if [ "${ID:-}" != debian ] || [ "$(id -u)" != 0 ]; then
  echo "Some tests will be skipped. For all of them, on Debian 12, type: sudo $command" >&2
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
# Many of these are servers, which Debian starts when it installs them. The tests start their own.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi
apt-get update --quiet=2
# Another installation may be under way on a machine that has just come up.
# shellcheck disable=SC2086 # a list of words
$command --quiet=2 --option DPkg::Lock::Timeout=300
