"""Our own programs, built in the compiler's root with GCC 14 from the checkout as it is."""

import os
import pathlib

from chamber import Chamber

SOURCE = pathlib.Path(__file__).resolve().parents[2]
NAMES = ["kioskd", "kiosk-ui", "kiosk-link", "kiosk-call", "kiosk-wires", "kiosk-keys", "kiosk-nfc", "kioskctl"]
TRIPLET = {"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu"}


def compile_programs(root, arch, build, cache, log, only=None):
    """The folder of the stripped programs. `build` is kept between runs; inside it always has the same name, so that
    what is built does not depend on where."""
    build.mkdir(parents=True, exist_ok=True)
    ccache = cache / "ccache"
    ccache.mkdir(parents=True, exist_ok=True)
    chamber = Chamber(root.path, {"/source": (SOURCE, "ro"), "/build": (build, "rw"), "/ccache": (ccache, "rw")})
    environment = {"CCACHE_DIR": "/ccache", "CCACHE_MAXSIZE": "2G"}
    cross = []
    tools = ""
    if root.foreign:
        triplet = TRIPLET[arch]
        tools = f"{triplet}-"
        cross = [f"-DCMAKE_CXX_COMPILER={triplet}-g++", f"-DCMAKE_C_COMPILER={triplet}-gcc", "-DCMAKE_SYSTEM_NAME=Linux",
                 f"-DCMAKE_SYSTEM_PROCESSOR={triplet.split('-', 1)[0]}"]
        environment["PKG_CONFIG_LIBDIR"] = f"/usr/lib/{triplet}/pkgconfig:/usr/share/pkgconfig"
    chamber.run(["cmake", "-S", "/source", "-B", "/build", "-G", "Ninja", "-DCMAKE_BUILD_TYPE=RelWithDebInfo",
                 "-DCMAKE_CXX_FLAGS_RELWITHDEBINFO=-O2",
                 "-DMADOGUCHI_KIOSK_ONLY=ON",
                 "-DMADOGUCHI_DEPS=/nothing", *cross], log=log, environment=environment)
    jobs = os.environ.get("MADOGUCHI_IMAGE_JOBS", str(os.cpu_count()))
    chamber.run(["ninja", "-C", "/build", "-k", "0", "-j", jobs, *(only or NAMES)], log=log, environment=environment)
    stripped = build / "stripped"
    stripped.mkdir(exist_ok=True)
    for name in only or NAMES:
        chamber.run([f"{tools}strip", "--strip-all", "-o", f"/build/stripped/{name}", f"/build/bin/{name}"], log=log)
    return stripped
