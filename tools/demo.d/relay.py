"""The media relay of a city: nginx ends the kiosks' TLS, coturn relays behind it.

Everything is on loopback, on free ports, with its files in one folder. nginx takes a connection only with TLS 1.3 and a
certificate of the kiosks' CA, and hands what is inside to coturn's TCP port, which nobody else is told. coturn takes
who holds a pass of the gateway: the TURN REST scheme, "<expiry>:<name>" with its HMAC.
"""

import asyncio
import base64
import hashlib
import hmac
import pathlib
import secrets
import socket
import time

from processes import ProgramFailed

NGINX, COTURN = pathlib.Path("/usr/sbin/nginx"), pathlib.Path("/usr/bin/turnserver")
STREAM_MODULE = pathlib.Path("/usr/lib/nginx/modules/ngx_stream_module.so")
REALM = "relay.madoguchi.test"

FRONT = """\
daemon off;
master_process off;
pid {dir}/nginx.pid;
error_log stderr notice;
load_module {module};
events {{ worker_connections 512; }}
stream {{
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {certificate};
        ssl_certificate_key {key};
        ssl_client_certificate {kiosk_ca};
        ssl_verify_client on;
        ssl_protocols {protocols};
        ssl_ecdh_curve X25519:prime256v1:secp384r1;
        ssl_session_tickets off;
        ssl_alpn http/1.1;
        ssl_handshake_timeout 10s;
        proxy_pass 127.0.0.1:{turn_port};
        proxy_timeout 120s;
        tcp_nodelay on;
    }}
}}
"""

TURN = """\
listening-ip=127.0.0.1
listening-port={turn_port}
relay-ip=127.0.0.1
min-port={first}
max-port={last}
realm={realm}
use-auth-secret
static-auth-secret={secret}
no-udp
no-tls
no-dtls
no-tcp-relay
no-multicast-peers
allow-loopback-peers
cli-password={cli}
no-cli
no-software-attribute
stale-nonce=600
total-quota=64
user-quota=16
userdb={dir}/turndb.sqlite
pidfile={dir}/turn.pid
log-file=stdout
simple-log
"""


def turn_pass(secret, name, lasts_s=600, now=None):
    """(user, password) as coturn and the gateway make them of the same secret."""
    user = f"{int(now if now is not None else time.time()) + lasts_s}:{name}"
    digest = hmac.new(secret.encode(), user.encode(), hashlib.sha1).digest()
    return user, base64.b64encode(digest).decode()


def missing():
    """The Debian packages that are not there."""
    needed = {"nginx-light": NGINX, "libnginx-mod-stream": STREAM_MODULE, "coturn": COTURN}
    return [package for package, path in needed.items() if not path.exists()]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Relay:
    """start() and end() it; kill_front() and start_front() in between, as faults."""

    def __init__(self, directory, pki):
        """pki: a folder made by tools/pki."""
        self.dir = pathlib.Path(directory).resolve()
        self._pki = pathlib.Path(pki).resolve()
        self.secret = secrets.token_hex(24)
        self.port = free_port()
        self.turn_port = free_port()
        self.nginx = self.turn = None
        self._life = 0
        self.verbose = False    # coturn tells of each request: for allocations()

    @property
    def front(self):
        """For the kiosk's [relay] front."""
        return f"127.0.0.1:{self.port}"

    @property
    def secret_file(self):
        """For the gateway, which makes the kiosks' passes."""
        return self.dir / "relay.secret"

    @property
    def staff_url(self):
        """For the staff's browser, with a pass of its own. Only needed where it cannot reach coturn's UDP ports."""
        return f"turn:127.0.0.1:{self.turn_port}?transport=tcp"

    def make_pass(self, name, lasts_s=600):
        return turn_pass(self.secret, name, lasts_s)

    async def start(self, cast):
        absent = missing()
        if absent:
            raise ProgramFailed(f"the relay needs Debian's {', '.join(absent)}: tools/setup installs them")
        self.dir.mkdir(parents=True, exist_ok=True)
        self.secret_file.touch(mode=0o600)
        self.secret_file.write_text(self.secret + "\n", "ascii")
        await self.start_turn(cast)
        await self.start_front(cast)

    async def start_turn(self, cast):
        config = self.dir / "turn.conf"
        config.touch(mode=0o600)
        config.write_text(TURN.format(dir=self.dir, turn_port=self.turn_port, realm=REALM, secret=self.secret,
                                      cli=secrets.token_hex(8), first=49152, last=49999) + "verbose\n" * self.verbose, "ascii")
        self.turn = await cast.start(f"coturn{self._suffix()}", [COTURN, "-c", config])
        await self._until_it_listens(self.turn, self.turn_port)

    async def start_front(self, cast, certificate="gateway", protocols="TLSv1.3"):
        """A front with another certificate of the folder, or with an old protocol, is one that kiosks must refuse."""
        config = self.dir / "nginx.conf"
        config.write_text(FRONT.format(
            dir=self.dir, module=STREAM_MODULE, port=self.port, turn_port=self.turn_port, protocols=protocols,
            certificate=self._pki / f"{certificate}.pem", key=self._pki / f"{certificate}.key",
            kiosk_ca=self._pki / "kiosk-ca.pem"), "ascii")
        self._life += 1
        self.nginx = await cast.start(f"nginx{self._suffix()}", [NGINX, "-e", "stderr", "-p", self.dir, "-c", config])
        await self._until_it_listens(self.nginx, self.port)

    def allocations(self):
        """How many addresses coturn has given."""
        return sum("ALLOCATE processed, success" in line for line in self.turn.lines)

    def kill_front(self):
        self.nginx.kill()

    def _suffix(self):
        return f"-{self._life}" if self._life > 1 else ""

    @staticmethod
    async def _until_it_listens(program, port):
        """Neither says when it is ready."""
        for _ in range(400):
            if not program.running:
                break
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            except OSError:
                await asyncio.sleep(0.05)
        raise ProgramFailed(f"{program.name} does not listen; {program.last_words()}")
