// A kiosk's end of the live channel (firmware/message/desk_api.h): RFC 6455 over TLS 1.3 with the kiosk's certificate,
// written for tests. What it shows is said by the test; it answers a pointing as a kiosk does.

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect, type TLSSocket } from 'node:tls';
import type { LiveFromKiosk, LiveToKiosk, PointAt, Screen } from '../../src/generated/messages';

const opcodes = { more: 0, text: 1, close: 8, ping: 9, pong: 10 };

export interface KioskFiles {
  ca: string;
  certificate: string;
  key: string;
}

export class KioskEnd {
  readonly heard: LiveToKiosk[] = [];
  /** When each of `heard` came, by performance.now(). */
  readonly heardAt: number[] = [];
  private unread: Buffer = Buffer.alloc(0);
  private parts: Buffer[] = [];
  private session = '';
  private number = 0;

  private constructor(private readonly socket: TLSSocket) {}

  static async connect(address: string, files: KioskFiles): Promise<KioskEnd> {
    const colon = address.lastIndexOf(':');
    const socket = connect({
      host: address.slice(0, colon), port: Number(address.slice(colon + 1)), servername: 'localhost',
      minVersion: 'TLSv1.3', ALPNProtocols: ['http/1.1'],
      ca: readFileSync(files.ca), cert: readFileSync(files.certificate), key: readFileSync(files.key),
    });
    socket.setNoDelay();
    await new Promise<void>((done, failed) => socket.once('secureConnect', () => done()).once('error', failed));
    const kiosk = new KioskEnd(socket);
    socket.write(['GET /v1/live HTTP/1.1', 'Host: localhost', 'Connection: Upgrade', 'Upgrade: websocket',
      'Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      'Sec-WebSocket-Protocol: madoguchi-live-1', '', ''].join('\r\n'));
    await new Promise<void>((done, failed) => {
      let opened = false;
      socket.on('data', (some: Buffer) => {
        kiosk.unread = Buffer.concat([kiosk.unread, some]);
        if (opened) return kiosk.read();
        const end = kiosk.unread.indexOf('\r\n\r\n');
        if (end < 0) return;
        const answer = kiosk.unread.subarray(0, end).toString();
        if (!answer.startsWith('HTTP/1.1 101')) return failed(new Error(answer));
        opened = true;
        kiosk.unread = kiosk.unread.subarray(end + 4);
        done();
        kiosk.read();
      });
      socket.on('error', failed);
    });
    return kiosk;
  }

  say(message: LiveFromKiosk): void {
    this.send(opcodes.text, Buffer.from(JSON.stringify(message)));
  }
  begin(session: string, helper = '3', language = 'ja'): void {
    this.session = session;
    this.say({ type: 'pulse', faults: [], serving: true });
    this.say({ type: 'session_began', session, language, ends_in_s: 1800, helper });
  }
  /** Gives the screen's number. */
  show(screen: Screen, hidden = false): number {
    this.number += 1;
    this.say({ type: 'mirror', session: this.session, number: this.number, hidden, screen });
    return this.number;
  }
  over(): void {
    this.say({ type: 'session_over', session: this.session });
    this.session = '';
  }
  pointings(): PointAt[] {
    return this.heard.filter((one): one is PointAt => one.type === 'point_at');
  }
  /** Without a word, as when the power goes. */
  cut(): void {
    this.socket.destroy();
  }

  private hear(message: LiveToKiosk): void {
    this.heard.push(message);
    this.heardAt.push(performance.now());
    if (message.type !== 'point_at') return;
    const { session, order, number } = message;
    this.say({ type: 'pointed', session, order, shown: session === this.session && number === this.number });
  }

  private send(opcode: number, payload: Buffer): void {
    const long = payload.length > 125;
    const head = Buffer.alloc(long ? 4 : 2);
    head[0] = 0x80 | opcode;
    head[1] = 0x80 | (long ? 126 : payload.length);
    if (long) head.writeUInt16BE(payload.length, 2);
    const mask = randomBytes(4);
    const masked = payload.map((byte, at) => byte ^ mask[at % 4]!);
    this.socket.write(Buffer.concat([head, mask, masked]));
  }

  /** Every whole frame that has come; the gateway sends no masked ones, and long messages in parts. */
  private read(): void {
    for (;;) {
      if (this.unread.length < 2) return;
      const short = this.unread[1]! & 0x7f;
      if (short === 127) throw new Error('a message of more than 64 KiB');
      const begin = short === 126 ? 4 : 2;
      if (this.unread.length < begin) return;
      const size = short === 126 ? this.unread.readUInt16BE(2) : short;
      if (this.unread.length < begin + size) return;
      const opcode = this.unread[0]! & 15;
      const last = (this.unread[0]! & 0x80) !== 0;
      const payload = this.unread.subarray(begin, begin + size);
      this.unread = this.unread.subarray(begin + size);
      if (opcode === opcodes.text || opcode === opcodes.more) {
        this.parts = opcode === opcodes.text ? [payload] : [...this.parts, payload];
        if (last) this.hear(JSON.parse(Buffer.concat(this.parts).toString()) as LiveToKiosk);
      }
      if (opcode === opcodes.ping) this.send(opcodes.pong, payload);
      if (opcode === opcodes.close) {
        this.send(opcodes.close, payload);
        this.socket.end();
      }
    }
  }
}
