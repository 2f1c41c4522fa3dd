"""An authority of its own that issues a user authentication certificate, by the openssl program."""

import hashlib
import subprocess

# Whatever the authority likes to say of itself makes the certificate as long as it is: about 1,500 bytes.
CONFIGURATION = """
[req]
distinguished_name = name
prompt = no
string_mask = utf8only
[name]
C = JP
O = Test Authority Of Somebody Else
OU = Made for one test of user authentication and thrown away
[ca]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[user]
keyUsage = critical, digitalSignature
extendedKeyUsage = clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid, issuer
certificatePolicies = @policy
crlDistributionPoints = list
authorityInfoAccess = OCSP;URI:http://ocsp.somebody-else.invalid/user-authentication
[policy]
policyIdentifier = 1.3.6.1.4.1.99999.8.5
CPS.1 = "http://www.somebody-else.invalid/certification-practice-statement/user-authentication.html"
userNotice.1 = @notice
[notice]
explicitText = "UTF8:This certificate belongs to nobody and proves nothing. Issued for a test."
[list]
fullname = dirName:list_name, URI:ldap://ldap.somebody-else.invalid/ou=lists?certificateRevocationList
[list_name]
C = JP
O = Test Authority Of Somebody Else
OU = CRL Distribution Points
CN = List of the municipality where the holder lived when issued
"""


def openssl(*words):
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)


def issue(folder):
    """Leaves ca.pem, ca.der, user.key, user.der in the folder and gives the SHA-256 of user.der, in hex."""
    configuration = folder / "openssl.cnf"
    configuration.write_text(CONFIGURATION, "utf-8")
    openssl("req", "-x509", "-config", configuration, "-extensions", "ca", "-newkey", "rsa:2048", "-noenc",
            "-days", 30, "-keyout", folder / "ca.key", "-out", folder / "ca.pem")
    openssl("x509", "-in", folder / "ca.pem", "-outform", "der", "-out", folder / "ca.der")
    openssl("req", "-new", "-config", configuration, "-subj", "/C=JP/CN=20260101123456789TEST0042", "-newkey",
            "rsa:2048", "-noenc", "-keyout", folder / "user.key", "-out", folder / "user.csr")
    openssl("x509", "-req", "-in", folder / "user.csr", "-CA", folder / "ca.pem", "-CAkey", folder / "ca.key",
            "-days", 20, "-extfile", configuration, "-extensions", "user", "-outform", "der",
            "-out", folder / "user.der")
    return hashlib.sha256((folder / "user.der").read_bytes()).hexdigest()
