#!/bin/sh
# The packages of another kind of machine into the root $1 that mmdebstrap began: fetched and unpacked by this machine's own
# apt and dpkg, set up by their own scripts, which are emulated. PACKAGES and DPKG_OPTIONS are lists of words.
set -eu
root=$1
export APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" DEBIAN_FRONTEND=noninteractive INITRD=No
archives=$root/var/cache/apt/archives
# Nothing is started inside.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod +x "$root/usr/sbin/policy-rc.d"

# A star in an option is dpkg's, no file's.
set -f
# shellcheck disable=SC2086
apt-get -y -qq --download-only install $PACKAGES
unpack() {
  # shellcheck disable=SC2086
  find "$archives" -name '*.deb' "$@" | sort |
    xargs dpkg --root="$root" --force-architecture --force-depends $DPKG_OPTIONS --unpack
}
# The kernel's script asks for a program of the others.
unpack ! -name 'linux-image-[0-9]*'
unpack -name 'linux-image-[0-9]*'
echo "unpacked, now the packages' own scripts"
chroot "$root" dpkg --configure -a
find "$archives" -name '*.deb' -delete
rm "$root/usr/sbin/policy-rc.d"
