// The desk, live: tools/gateway/staff/console_live.h over a WebSocket. What is known is thrown away when the
// connection breaks, and comes anew with the next one.

import { Calls } from './consult/calls';
import type {
  HelpOutcome, HelpTopic, KioskNews, LiveFromConsole, LiveToConsole, Mirror, Phrase, Pointed, SessionNews,
} from './generated/messages';

export interface LiveSession {
  news: SessionNews;
  /** By this machine's clock, in milliseconds. */
  endsAt: number;
  mirror: Mirror | null;
  /** What was pointed at last, and whether the kiosk shows it. */
  pointing: { control: string; phrase: Phrase; shown: boolean | null } | null;
}

export interface LiveKiosk extends KioskNews {
  /** When its connection was lost, by this machine's clock; null while it stands. */
  lostAt: number | null;
}

export interface Desk {
  connected: boolean;
  kiosks: Map<string, LiveKiosk>;
  sessions: Map<string, LiveSession>;
}

const firstPause = 500;
const longestPause = 15_000;

export class Live {
  readonly calls = new Calls((order) => this.send(order), () => this.changed());
  readonly desk: Desk = { connected: false, kiosks: new Map(), sessions: new Map() };
  private socket: WebSocket | null = null;
  private watched = '';
  /** Of the newest answer to a pointing. */
  private order = 0;
  private pause = firstPause;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private wanted = false;

  /** `changed` is called after every message; `closed` when the connection was refused or lost. */
  constructor(
    private readonly changed: () => void,
    private readonly closed: () => void,
    private readonly url: string = `wss://${location.host}/console/api/live`,
  ) {}

  start(): void {
    if (this.wanted) return;
    this.wanted = true;
    this.connect();
  }
  stop(): void {
    this.wanted = false;
    this.watched = '';
    this.calls.stop();
    clearTimeout(this.timer);
    this.socket?.close();
    this.forget();
  }

  /** Sees the screens of this session from now on; empty: of none. */
  watch(session: string): void {
    if (this.watched === session) return;
    this.watched = session;
    for (const one of this.desk.sessions.values()) one.mirror = one.pointing = null;
    this.send({ type: 'watch', session });
  }

  /** An empty control: only the phrase. */
  pointAt(session: string, control: string, phrase: Phrase): void {
    const one = this.desk.sessions.get(session);
    if (!one?.mirror || session !== this.watched) return;
    one.pointing = { control, phrase, shown: null };
    this.send({ type: 'point', number: one.mirror.number, control, phrase });
    this.changed();
  }
  pointNowhere(session: string): void {
    const one = this.desk.sessions.get(session);
    if (!one || session !== this.watched) return;
    one.pointing = null;
    this.send({ type: 'point_nowhere' });
    this.changed();
  }
  /** Without a topic: what the kiosk saw. */
  end(session: string, topic: HelpTopic | null, outcome: HelpOutcome): void {
    if (session === this.watched) this.send({ type: 'end_help', ...(topic && { topic }), outcome });
  }

  private connect(): void {
    const socket = new WebSocket(this.url, 'madoguchi-console-1');
    this.socket = socket;
    socket.addEventListener('open', () => {
      this.pause = firstPause;
      this.desk.connected = true;
      if (this.watched !== '') this.send({ type: 'watch', session: this.watched });
      this.changed();
    });
    socket.addEventListener('message', (event: MessageEvent<string>) => {
      this.take(JSON.parse(event.data) as LiveToConsole);
      this.changed();
    });
    socket.addEventListener('close', () => {
      if (this.socket !== socket) return;
      this.socket = null;
      this.forget();
      if (!this.wanted) return;
      this.closed();
      this.timer = setTimeout(() => this.wanted && this.connect(), this.pause);
      this.pause = Math.min(this.pause * 2, longestPause);
    });
  }

  private forget(): void {
    this.order = 0;
    this.desk.connected = false;
    this.desk.kiosks.clear();
    this.desk.sessions.clear();
    this.calls.forget();
    this.changed();
  }

  private send(message: LiveFromConsole): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private take(message: LiveToConsole): void {
    switch (message.type) {
      case 'kiosk':
        this.desk.kiosks.set(message.kiosk, { ...message, lostAt: message.connected ? null : Date.now() });
        break;
      case 'session':
        this.takeSession(message);
        break;
      case 'session_gone':
        this.desk.sessions.delete(message.session);
        break;
      case 'mirror':
        this.takeMirror(message);
        break;
      case 'pointed':
        this.takePointed(message);
        break;
      default:
        this.calls.take(message);
    }
  }
  private takeSession(news: SessionNews): void {
    const known = this.desk.sessions.get(news.session);
    const endsAt = Date.now() + news.ends_in_s * 1000;
    this.desk.sessions.set(news.session, {
      news, endsAt, mirror: known?.mirror ?? null, pointing: known?.pointing ?? null,
    });
  }
  /** A new screen takes the ring away, as it does on the kiosk. */
  private takeMirror(mirror: Mirror): void {
    const one = this.desk.sessions.get(mirror.session);
    if (!one || mirror.session !== this.watched) return;
    if (one.mirror && one.mirror.screen.name !== mirror.screen.name) one.pointing = null;
    one.mirror = mirror;
  }
  private takePointed(pointed: Pointed): void {
    const pointing = this.desk.sessions.get(pointed.session)?.pointing;
    if (!pointing || pointed.order < this.order) return;
    this.order = pointed.order;
    pointing.shown = pointed.shown;
  }
}
