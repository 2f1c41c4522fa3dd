"""What is in an image, for whoever must answer for it: the list of packages and an SBOM (CycloneDX 1.5, JSON)."""

import json
import re
import uuid


def installed(status):
    """[(package, version, architecture, source)] of dpkg's status file."""
    found = []
    for block in status.split("\n\n"):
        fields = dict(re.findall(r"^([A-Z][A-Za-z-]*): (.*)$", block, re.MULTILINE))
        if "installed" in fields.get("Status", ""):
            found.append((fields["Package"], fields["Version"], fields["Architecture"],
                          fields.get("Source", fields["Package"]).split(" ")[0]))
    return sorted(found)


def package_list(packages):
    return "".join(f"{name} {version} {arch}\n" for name, version, arch, _ in packages)


def sbom(packages, board, variant, version, made, root_sha256, swept):
    """Parts of packages that nothing on a kiosk asks for are left out of the root; the package is named all the same."""
    components = [{"type": "library", "name": name, "version": number,
                   "purl": f"pkg:deb/debian/{name}@{number}?arch={arch}&distro=debian-13",
                   "properties": [{"name": "source-package", "value": source}]}
                  for name, number, arch, source in packages]
    image = f"madoguchi-{board}-{variant}"
    return json.dumps({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, root_sha256)}",
        "version": 1,
        "metadata": {
            "timestamp": made,
            "component": {"type": "firmware", "name": image, "version": version,
                          "hashes": [{"alg": "SHA-256", "content": root_sha256}],
                          "properties": [{"name": "idle-libraries-left-out", "value": str(swept)}]},
        },
        "components": components,
    }, indent=1) + "\n"
