#!/usr/bin/env bash
# Installs the Debian packages that a purpose needs and that are missing; names them first. Silent when all is there.
# usage: packages.sh run|test|bench
. "$(dirname "$0")/shared.sh"

missing=()
# command or file that proves presence -> package
need() { command -v "$1" >/dev/null 2>&1 || [ -e "$1" ] || PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null 2>&1 || missing+=("$2"); }

need gcc gcc
need /usr/include/stdlib.h libc6-dev
need /usr/include/zlib.h zlib1g-dev
need /usr/include/sqlite3.h libsqlite3-dev
need ffmpeg ffmpeg
need node nodejs
need npm npm

case ${1:-run} in
    run) ;;
    test)
        need git git
        need hdhomerun_config hdhomerun-config
        need nginx nginx-light
        need /usr/lib/nginx/modules/ngx_rtmp_module.so libnginx-mod-rtmp
        # An RTSP server: GStreamer's, from Debian's own Python.
        need /usr/bin/python3 python3
        need /usr/lib/python3/dist-packages/gi python3-gi
        need "/usr/lib/$(uname -m)-linux-gnu/girepository-1.0/GstRtspServer-1.0.typelib" gir1.2-gst-rtsp-server-1.0
        for set in base good bad ugly; do need "/usr/share/doc/gstreamer1.0-plugins-$set" "gstreamer1.0-plugins-$set"; done
        need chromium chromium
        need ip iproute2
        ;;
    bench)
        need nginx nginx-light
        need wrk wrk
        need /usr/bin/time time
        ;;
    *) fail "packages.sh knows run, test and bench, not '$1'." ;;
esac
[ ${#missing[@]} -gt 0 ] || exit 0

echo "Missing system packages: ${missing[*]}"
if ! command -v apt-get >/dev/null; then
    fail "There is no apt-get here. Install what the packages above contain, then run this again."
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "Neither root nor sudo. As root: apt-get install --no-install-recommends ${missing[*]}"
    as_root=(sudo)
fi
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q "$@" </dev/null; }
apt update || echo "apt-get update failed; trying with the lists that are there." >&2
apt install -y --no-install-recommends "${missing[@]}" ||
    fail "apt-get could not install: ${missing[*]}. Its own message is above."
