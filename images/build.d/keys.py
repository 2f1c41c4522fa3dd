"""Keys that images are signed with. Developer keys are made on first use and lie in the cache, outside of the checkout;
a city's own come with --keys DIR. None of them is ever copied into an image: only the certificates are.

  db.key db.crt          Secure Boot: boot loader and kernel images
  bundle.key bundle.crt  update bundles (extended key usage: code signing)
  bundle-ca.crt          what a kiosk trusts bundles by
  PK.crt KEK.crt         the owner's certificates for a firmware in set-up mode
"""

import os
import pathlib
import subprocess

from trouble import Trouble

NEEDED = ["db.key", "db.crt", "bundle.key", "bundle.crt", "bundle-ca.crt"]


def _openssl(*words, given=None):
    done = subprocess.run(["openssl", *map(str, words)], input=given, capture_output=True, check=False)
    if done.returncode != 0:
        raise Trouble(f"openssl {words[0]}: {done.stderr.decode('utf-8', 'replace').strip().splitlines()[-1]}")


def _self_signed(folder, name, subject):
    _openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-sha256", "-days", "7300", "-subj", f"/CN={subject}",
             "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.crt")


def _bundle_keys(folder):
    _openssl("req", "-x509", "-newkey", "rsa:3072", "-nodes", "-sha256", "-days", "7300",
             "-subj", "/CN=Madoguchi developer bundles CA", "-keyout", folder / "bundle-ca.key",
             "-out", folder / "bundle-ca.crt", "-addext", "basicConstraints=critical,CA:TRUE,pathlen:0",
             "-addext", "keyUsage=critical,keyCertSign,cRLSign")
    request = folder / "bundle.csr"
    _openssl("req", "-newkey", "rsa:3072", "-nodes", "-subj", "/CN=Madoguchi developer bundles",
             "-keyout", folder / "bundle.key", "-out", request)
    extensions = folder / "bundle.ext"
    extensions.write_text("basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"
                          "extendedKeyUsage=codeSigning\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n", "ascii")
    _openssl("x509", "-req", "-in", request, "-CA", folder / "bundle-ca.crt", "-CAkey", folder / "bundle-ca.key",
             "-CAcreateserial", "-days", "3650", "-sha256", "-extfile", extensions, "-out", folder / "bundle.crt")
    request.unlink()
    extensions.unlink()


def developer(cache, say=print):
    """The folder of this machine's developer keys; made when they are not there."""
    folder = cache / "developer-keys"
    if all((folder / name).exists() for name in NEEDED):
        return folder
    say(f"making developer keys in {folder}: for this machine's own trials, for no kiosk in service")
    unfinished = cache / f"developer-keys.{os.getpid()}"
    unfinished.mkdir(parents=True, mode=0o700)
    for name in ("PK", "KEK", "db"):
        _self_signed(unfinished, name, f"Madoguchi developer {name}")
    _bundle_keys(unfinished)
    for key in unfinished.glob("*.key"):
        key.chmod(0o600)
    unfinished.rename(folder)
    return folder


def given(folder, source):
    """The folder that --keys named, if everything is in it and it is not inside the checkout."""
    folder = pathlib.Path(folder).resolve()
    if folder.is_relative_to(source):
        raise Trouble(f"--keys {folder}: keys do not lie in the checkout; keep them on a medium of their own")
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if missing:
        raise Trouble(f"--keys {folder}: {', '.join(missing)} is missing; docs/images.md says how they are made")
    return folder
