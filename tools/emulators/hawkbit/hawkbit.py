#!/usr/bin/env python3
"""An update server, written from the public description of hawkBit's Direct Device Integration API v1 and of its rollouts.

    emulator-hawkbit [--port N] [--tls CERT KEY [--client-ca CA]] [--tenant T] [--gateway-token T] [--sleep HH:MM:SS]

It prints "ready PORT", takes commands as lines on standard input, answers each with one line "ok ..." or "error ...", prints
one line for each thing that happened, and ends with its standard input.

    target ID [TOKEN]                     a kiosk; without a token only its client certificate (CN = ID) or the gateway's
    bundle NAME VERSION FILE              a distribution of one software module with one artifact
    assign ID NAME forced|soft|download-only|closed-window     gives "ok ACTION"
    cancel ACTION
    rollout NAME GROUPS SUCCESS% ERROR%   over all kiosks, in the order of their names; a group is started when SUCCESS% of
                                          the one before have succeeded; with ERROR% failed the rollout pauses for good
    status ID | rollout-status            what is known
    cut-after BYTES                       the next download is cut after so many bytes
    flip                                  one byte of the next download is wrong
    no-range                              from now on Range is not understood
    busy N                                the next N requests get 503
    bytes                                 of artifacts, sent since the start
"""

import argparse
import hashlib
import json
import pathlib
import re
import socketserver
import ssl
import sys
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

lock = threading.RLock()


def tell(*words):
    with lock:
        print(*words, flush=True)


class Bundle:
    def __init__(self, name, version, path):
        self.name, self.version, self.path = name, version, pathlib.Path(path)
        self.content = self.path.read_bytes()


class Action:
    def __init__(self, number, target, bundle, how):
        self.number, self.target, self.bundle, self.how = number, target, bundle, how
        self.open, self.cancelling = True, False
        self.result = "pending"         # finished, error, canceled
        self.history = []


class Rollout:
    def __init__(self, bundle, groups, success, error):
        self.bundle, self.groups, self.success, self.error = bundle, groups, success, error
        self.actions = [[] for _ in groups]
        self.running = 0
        self.state = "running"          # paused, finished


class Server:
    """What an operator's hawkBit knows. Every method holds the lock."""

    def __init__(self, options):
        self.options = options
        self.targets, self.bundles, self.actions, self.attributes = {}, {}, {}, {}
        self.next_action, self.rollout, self.sent = 1, None, 0
        self.cut_after, self.flip, self.ranges, self.busy = None, False, True, 0

    def assign(self, target, bundle, how):
        for action in self.actions.values():
            if action.target == target and action.open:
                action.open, action.result = False, "canceled"
        action = Action(str(self.next_action), target, bundle, how)
        self.next_action += 1
        self.actions[action.number] = action
        return action

    def open_action(self, target):
        return next((a for a in self.actions.values() if a.target == target and a.open), None)

    def start_group(self):
        number = self.rollout.running
        self.rollout.actions[number] = [self.assign(t, self.rollout.bundle, "forced") for t in self.rollout.groups[number]]
        tell("group", number + 1, "started", len(self.rollout.groups[number]))

    def look_at_rollout(self):
        rollout = self.rollout
        if rollout is None or rollout.state != "running":
            return
        actions = rollout.actions[rollout.running]
        share = lambda result: 100 * sum(a.result == result for a in actions) / max(len(actions), 1)
        if share("error") >= rollout.error:
            rollout.state = "paused"
            tell("rollout paused in group", rollout.running + 1)
        elif share("finished") >= rollout.success:
            if rollout.running + 1 == len(rollout.groups):
                rollout.state = "finished"
                tell("rollout finished")
            else:
                rollout.running += 1
                self.start_group()

    def take_feedback(self, action, status):
        execution = status["execution"]
        finished = status.get("result", {}).get("finished", "none")
        action.history.append(status)
        tell("feedback", action.target, action.number, execution, finished, json.dumps(status.get("details", []), ensure_ascii=False))
        if execution == "closed":
            action.open = False
            action.result = "finished" if finished == "success" else "error"
            self.look_at_rollout()

    def take_cancel_feedback(self, action, status):
        execution = status["execution"]
        tell("cancel", action.target, action.number, execution)
        if execution in ("closed", "canceled"):
            action.open, action.cancelling, action.result = False, False, "canceled"
        elif execution == "rejected":
            action.cancelling = False

    def command(self, words):
        verb, rest = words[0], words[1:]
        if verb == "target":
            self.targets[rest[0]] = rest[1] if len(rest) > 1 else None
        elif verb == "bundle":
            self.bundles[rest[0]] = Bundle(*rest)
        elif verb == "assign":
            if rest[2] not in ("forced", "soft", "download-only", "closed-window"):
                raise ValueError(rest[2])
            return self.assign(rest[0], self.bundles[rest[1]], rest[2]).number
        elif verb == "cancel":
            self.actions[rest[0]].cancelling = True
        elif verb == "rollout":
            names, count = sorted(self.targets), int(rest[1])
            size = -(-len(names) // count)
            groups = [names[at:at + size] for at in range(0, len(names), size)]
            self.rollout = Rollout(self.bundles[rest[0]], groups, float(rest[2]), float(rest[3]))
            self.start_group()
        elif verb == "rollout-status":
            counts = {}
            for action in (a for group in self.rollout.actions for a in group):
                counts[action.result] = counts.get(action.result, 0) + 1
            return self.rollout.state, "group", self.rollout.running + 1, json.dumps(counts, sort_keys=True)
        elif verb == "status":
            action = self.open_action(rest[0])
            return "open" if action else "idle", json.dumps(self.attributes.get(rest[0], {}), sort_keys=True)
        elif verb == "cut-after":
            self.cut_after = int(rest[0])
        elif verb == "flip":
            self.flip = True
        elif verb == "no-range":
            self.ranges = False
        elif verb == "busy":
            self.busy = int(rest[0])
        elif verb == "bytes":
            return str(self.sent)
        else:
            raise ValueError(verb)
        return ""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "emulator-hawkbit"
    known = None                        # the Server

    def log_message(self, *_):
        pass

    def reply(self, status, body=None, headers=()):
        payload = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/hal+json;charset=utf-8")
        self.send_header("Content-Length", str(len(payload)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(payload)

    def root(self):
        scheme = "https" if self.known.options.tls else "http"
        return f"{scheme}://{self.headers['Host']}/{self.known.options.tenant}/controller/v1"

    def authenticated(self, controller):
        known = self.known
        if controller not in known.targets:
            return False
        header = self.headers.get("Authorization", "")
        if known.targets[controller] and header == "TargetToken " + known.targets[controller]:
            return True
        if known.options.gateway_token and header == "GatewayToken " + known.options.gateway_token:
            return True
        certificate = self.connection.getpeercert() if isinstance(self.connection, ssl.SSLSocket) else None
        names = [value for part in (certificate or {}).get("subject", ()) for key, value in part if key == "commonName"]
        return controller in names

    def body(self):
        return json.loads(self.rfile.read(int(self.headers.get("Content-Length", "0"))) or b"null")

    def route(self, method):
        known = self.known
        path = urllib.parse.urlsplit(self.path).path
        found = re.fullmatch(rf"/{re.escape(known.options.tenant)}/controller/v1/([^/]+)(?:/(.*))?", path)
        if not found:
            return self.reply(404)
        controller, rest = urllib.parse.unquote(found[1]), found[2] or ""
        with lock:
            if known.busy > 0:
                known.busy -= 1
                self.close_connection = method != "GET"     # its body was not read
                return self.reply(503, headers=[("Retry-After", "1")])
            if not self.authenticated(controller):
                if method != "GET":
                    self.close_connection = True
                return self.reply(401)
        download = re.fullmatch(r"softwaremodules/([^/]+)/artifacts/([^/]+)", rest)
        if method == "GET" and download:
            return self.send_artifact(urllib.parse.unquote(download[1]))
        body = self.body() if method in ("POST", "PUT") else None
        with lock:
            self.act(method, controller, rest, body)

    def act(self, method, controller, rest, body):
        known = self.known
        action = known.open_action(controller)
        if method == "GET" and rest == "":
            return self.reply(200, self.base(controller, action))
        if method == "PUT" and rest == "configData":
            data = dict(known.attributes.get(controller, {})) if body.get("mode") == "merge" else {}
            data.update(body["data"])
            known.attributes[controller] = data
            tell("attributes", controller, body.get("mode", "replace"))
            return self.reply(200)
        part = re.fullmatch(r"(deploymentBase|cancelAction)/([^/]+)(/feedback)?", rest)
        if not part or part[2] not in known.actions or known.actions[part[2]].target != controller:
            return self.reply(404)
        action = known.actions[part[2]]
        cancel = part[1] == "cancelAction"
        if method == "GET" and not part[3]:
            return self.reply(200, {"id": action.number, "cancelAction": {"stopId": action.number}} if cancel else self.deployment(action))
        if method == "POST" and part[3]:
            if not action.open:
                return self.reply(410)
            (known.take_cancel_feedback if cancel else known.take_feedback)(action, body["status"])
            return self.reply(200)
        return self.reply(405)

    def base(self, controller, action):
        here = f"{self.root()}/{urllib.parse.quote(controller)}"
        links = {}
        if action and action.cancelling:
            links["cancelAction"] = {"href": f"{here}/cancelAction/{action.number}"}
        elif action:
            links["deploymentBase"] = {"href": f"{here}/deploymentBase/{action.number}?c={hash(action.how) & 0xffff}"}
        if controller not in self.known.attributes:
            links["configData"] = {"href": f"{here}/configData"}
        return {"config": {"polling": {"sleep": self.known.options.sleep}}, "_links": links}

    def deployment(self, action):
        bundle, how = action.bundle, action.how
        here = f"{self.root()}/{urllib.parse.quote(action.target)}/softwaremodules/{urllib.parse.quote(bundle.name)}/artifacts/{bundle.path.name}"
        hashes = {name: hashlib.new(name, bundle.content).hexdigest() for name in ("sha1", "md5", "sha256")}
        out = {"download": "attempt" if how == "soft" else "forced",
               "update": {"soft": "attempt", "download-only": "skip"}.get(how, "forced"),
               "chunks": [{"part": "os", "name": bundle.name, "version": bundle.version, "artifacts": [
                   {"filename": bundle.path.name, "hashes": hashes, "size": len(bundle.content),
                    "_links": {"download": {"href": here}, "md5sum": {"href": here + ".MD5SUM"}}}]}]}
        if how == "closed-window":
            out["maintenanceWindow"] = "unavailable"
        return {"id": action.number, "deployment": out, "actionHistory": {"status": "RUNNING", "messages": []}}

    def send_artifact(self, name):
        known = self.known
        with lock:
            if name not in known.bundles:
                return self.reply(404)
            content, first, last = known.bundles[name].content, 0, len(known.bundles[name].content) - 1
            wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", "")) if known.ranges else None
            if wanted:
                first, last = int(wanted[1]), min(int(wanted[2] or last), last)
                if first > last:
                    return self.reply(416, headers=[("Content-Range", f"bytes */{len(content)}")])
            part = bytearray(content[first:last + 1])
            if known.flip:
                part[len(part) // 2] ^= 1
                known.flip = False
            cut = known.cut_after
            if cut is not None and cut < len(part):
                known.cut_after = None
            elif cut is not None:
                known.cut_after -= len(part)
                cut = None
            known.sent += len(part) if cut is None else cut
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(len(part)))
        self.send_header("Accept-Ranges", "bytes")
        if wanted:
            self.send_header("Content-Range", f"bytes {first}-{last}/{len(content)}")
        self.end_headers()
        if cut is not None:
            self.wfile.write(part[:cut])
            self.wfile.flush()
            self.close_connection = True
            self.connection.close()
            return None
        self.wfile.write(part)
        return None

    def do_GET(self):
        self.route("GET")

    def do_POST(self):
        self.route("POST")

    def do_PUT(self):
        self.route("PUT")


class Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address, handler, context):
        self.context = context
        super().__init__(address, handler)

    def finish_request(self, request, client_address):
        # The handshake on the connection's own thread: a slow client holds nobody up.
        if self.context:
            request = self.context.wrap_socket(request, server_side=True)
        super().finish_request(request, client_address)

    def handle_error(self, request, client_address):
        pass                            # a client that went away


def main():
    parser = argparse.ArgumentParser(prog="emulator-hawkbit", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--tls", nargs=2, metavar=("CERT", "KEY"))
    parser.add_argument("--client-ca")
    parser.add_argument("--tenant", default="default")
    parser.add_argument("--gateway-token")
    parser.add_argument("--sleep", default="00:05:00")
    options = parser.parse_args()
    context = None
    if options.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(*options.tls)
        context.set_alpn_protocols(["http/1.1"])
        if options.client_ca:
            context.load_verify_locations(options.client_ca)
            context.verify_mode = ssl.CERT_OPTIONAL
    Handler.known = Server(options)
    socketserver.TCPServer.allow_reuse_address = True
    listener = Listener(("127.0.0.1", options.port), Handler, context)
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    tell("ready", listener.server_address[1])
    for line in sys.stdin:
        words = line.split()
        if not words:
            continue
        try:
            with lock:
                said = Handler.known.command(words)
            tell("ok", *([said] if isinstance(said, str) else said))
        except (KeyError, ValueError, IndexError, TypeError, OSError) as trouble:
            tell("error", type(trouble).__name__, trouble)
    return 0


if __name__ == "__main__":
    sys.exit(main())
