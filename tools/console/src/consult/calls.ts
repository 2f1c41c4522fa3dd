// The consultations, live: tools/gateway/consult/consult_live.h. It outlives the pages, so that a call goes on while
// another page is looked at.

import type {
  CallForm, CallInvite, CallNews, CallNo, CallRelay, ConsultNews, ConsultOrder, ConsultOutcome, ConsultSeats, ConsultToKiosk,
  ConsultRung, Deed, LiveToConsole, ConsultTyped,
} from '../generated/messages';
import { Talk } from './talk';
import { GuestLink } from './three';

const desk_key = 'consult.desk';
const part_bytes = 24 * 1024;

export interface SeenCall extends CallNews {
  /** By this machine's clock, in milliseconds. */
  askedAt: number;
}
export interface Line {
  own: boolean;
  number: number;
  text: string;
  done: boolean;
}
export interface SentPaper {
  paper: string;
  title: string;
  toSign: boolean;
  state: 'offered' | 'printing' | 'printed' | 'declined' | 'failed' | 'signed' | 'untrusted' | 'not_signed';
}
/** What a call is for this page, from the answer until it is put away. */
export interface Conversation {
  call: string;
  news: SeenCall;
  talk: Talk;
  guest: GuestLink | null;
  lines: Line[];
  papers: SentPaper[];
  caption: string;
  ring: string;
  rung: ConsultRung;
  theirs: { microphone: boolean; camera: boolean };
  /** The kiosk says that it does not hear us. */
  unheardThere: boolean;
  over: boolean;
}

export class Calls {
  seats: ConsultSeats | null = null;
  readonly waiting = new Map<string, SeenCall>();
  readonly invites = new Map<string, CallInvite>();
  current: Conversation | null = null;
  /** The call that this console interprets. */
  joined: { invite: CallInvite; talk: Talk; lines: Line[] } | null = null;
  refused: CallNo | null = null;
  private relay: CallRelay | null = null;
  private line = 0;

  constructor(private readonly send: (order: ConsultOrder) => void, private readonly changed: () => void) {}

  /** Where this console sits; empty: nowhere. */
  get desk(): string {
    return sessionStorage.getItem(desk_key) ?? '';
  }
  get busy(): boolean {
    return this.joined !== null || (this.current !== null && !this.current.over);
  }
  get ringing(): boolean {
    return !this.busy && ([...this.waiting.values()].some(({ next }) => next) || this.invites.size > 0);
  }

  sit(desk: string): void {
    sessionStorage.setItem(desk_key, desk);
    this.waiting.clear();
    this.send({ type: 'sit_at', desk, call: this.current?.call ?? this.joined?.invite.call ?? '', connection: this.current?.talk.connection ?? 0 });
    this.changed();
  }
  answer(call: string): void {
    this.order({ type: 'answer_call', call });
  }
  hold(held: boolean): void {
    if (!this.current) return;
    this.current.talk.hold(held);
    this.order({ type: 'hold_call', call: this.current.call, held });
  }
  handTo(desk: string, topic: CallNews['topic']): void {
    if (this.current) this.order({ type: 'hand_call', call: this.current.call, desk, topic });
  }
  invite(language: string): void {
    if (this.current) this.order({ type: 'invite_guest', call: this.current.call, language });
  }
  endGuest(): void {
    const call = this.joined?.invite.call ?? this.current?.call;
    if (call !== undefined) this.order({ type: 'end_guest', call });
  }
  join(call: string, declined: boolean): void {
    this.order({ type: 'join_call', call, declined });
  }
  finish(outcome: ConsultOutcome, deeds: Deed[], note: string): void {
    if (!this.current) return;
    const { call, over } = this.current;
    this.order({ type: 'finish_call', call, outcome, deeds, note });
    if (over) this.putAway();
  }
  /** Takes a call that is over from the page. */
  putAway(): void {
    this.current?.guest?.close();
    this.current?.talk.close();
    this.current = null;
    this.changed();
  }

  tell(what: ConsultToKiosk): void {
    if (this.current && !this.current.over) this.send({ type: 'consult_told', call: this.current.call, what });
  }
  /** Every key: the line as it is now. */
  type(text: string, done: boolean): void {
    const { current } = this;
    if (!current) return;
    // By the clock: a page that was loaded anew goes on after the lines that it has forgotten.
    if (this.line === 0) this.line = Math.floor(Date.now() / 1000);
    const typed: ConsultTyped = { type: 'typed', line: this.line, text, done };
    if (done) this.line += 1;
    this.tell(typed);
    takeLine(current.lines, true, typed);
    this.changed();
  }
  caption(text: string): void {
    if (!this.current) return;
    this.current.caption = text;
    this.tell({ type: 'caption', text });
    this.changed();
  }
  ring(control: string): void {
    if (!this.current) return;
    this.current.ring = control;
    this.tell({ type: 'ring', control });
    this.changed();
  }
  devices(microphone: boolean, camera: boolean): void {
    this.current?.talk.set(microphone, camera);
    this.joined?.talk.set(microphone, camera);
    this.tell({ type: 'open', microphone, camera });
    this.changed();
  }
  push(title: string, toSign: boolean, content: Uint8Array): void {
    const { current } = this;
    if (!current) return;
    const paper = crypto.randomUUID();
    for (let at = 0; at < content.length; at += part_bytes) {
      const part = content.subarray(at, at + part_bytes);
      const last = at + part_bytes >= content.length;
      const bytes = btoa(Array.from(part, (byte) => String.fromCharCode(byte)).join(''));
      this.send({ type: 'paper_part', call: current.call, paper, title, to_sign: toSign, at, bytes, last });
    }
    current.papers.push({ paper, title, toSign, state: 'offered' });
    this.changed();
  }

  private order(order: ConsultOrder): void {
    this.refused = null;
    this.send(order);
    this.changed();
  }

  // ---- what the gateway says ----

  /** The connection was lost; calls are told anew, and the one that is talked in goes on meanwhile. */
  forget(): void {
    this.seats = null;
    this.waiting.clear();
    this.invites.clear();
  }
  /** Logged out. */
  stop(): void {
    this.forget();
    this.putAway();
    this.leaveJoined();
    sessionStorage.removeItem(desk_key);
  }

  /** Whether it was about a consultation. */
  take(message: LiveToConsole): void {
    switch (message.type) {
      case 'consult_seats':
        this.seats = message;
        if (this.desk !== '') this.sit(message.desks.some(({ desk }) => desk === this.desk) ? this.desk : '');
        break;
      case 'call':
        this.takeNews(message);
        break;
      case 'call_gone':
        this.takeGone(message.call, message.over);
        break;
      case 'call_refused':
        this.refused = message.why;
        break;
      case 'call_relay':
        this.relay = message;
        break;
      case 'call_invite':
        this.takeInvite(message);
        break;
      case 'call_form':
        this.takeForm(message);
        break;
      case 'call_between':
        if (this.joined?.invite.call === message.call) this.joined.talk.take(message.what, this.relay);
        if (this.current?.call === message.call) this.current.guest?.take(message.what);
        break;
      case 'consult_said':
        this.takeSaid(message);
        break;
      default:
        break;
    }
  }

  private takeNews(news: CallNews): void {
    const seen: SeenCall = { ...news, askedAt: Date.now() - news.waited_s * 1000 };
    if (!news.mine) {
      this.waiting.set(news.call, seen);
      return;
    }
    this.waiting.delete(news.call);
    if (this.current?.call !== news.call) {
      this.putAway();
      this.current = this.begin(seen);
    }
    const { current } = this;
    if (!current) return;
    current.news = seen;
    current.talk.hold(seen.held);
    if (news.guest === 'joined' && !current.guest) this.connectGuest(current);
    if (news.guest !== 'joined' && current.guest) {
      current.guest.close();
      current.guest = null;
    }
  }
  private begin(news: SeenCall): Conversation {
    const { call } = news;
    const talk = new Talk(
      (what) => this.send({ type: 'consult_told', call, what }), this.changed,
      (missing) => this.send({ type: 'consult_told', call, what: { type: 'not_heard', missing } }));
    void talk.localStream().then(() => this.send({
      type: 'consult_told', call, what: { type: 'open', microphone: talk.hasMicrophone, camera: talk.hasCamera },
    }));
    return {
      call, news, talk, guest: null, lines: [], papers: [], caption: '', ring: '', rung: 'p720',
      theirs: { microphone: true, camera: true }, unheardThere: false, over: false,
    };
  }
  private connectGuest(current: Conversation): void {
    const { call } = current;
    current.guest = new GuestLink(current.talk, this.relay,
      (what) => this.send({ type: 'call_between', call, what }), this.changed);
  }

  private takeGone(call: string, over: boolean): void {
    this.waiting.delete(call);
    this.invites.delete(call);
    if (this.joined?.invite.call === call) this.leaveJoined();
    if (this.current?.call !== call) return;
    if (over) {
      this.current.over = true;
      this.current.guest?.close();
      this.current.guest = null;
      this.current.talk.close();
    } else {
      this.putAway();
    }
  }
  private takeInvite(invite: CallInvite): void {
    if (!invite.joined) {
      this.invites.set(invite.call, invite);
      return;
    }
    this.invites.delete(invite.call);
    this.leaveJoined();
    const talk = new Talk((what) => this.send({ type: 'call_between', call: invite.call, what }), this.changed);
    this.joined = { invite, talk, lines: [] };
  }
  private leaveJoined(): void {
    this.joined?.talk.close();
    this.joined = null;
  }

  /** Signed is what the gateway has checked, and nothing else. */
  private takeForm({ call, paper, declined, verdict }: CallForm): void {
    const { current } = this;
    if (current?.call !== call || (!declined && verdict === 'not_asked')) return;
    movePaper(current, paper, declined ? 'declined' : verdict === 'good' ? 'signed' : verdict as 'untrusted' | 'not_signed');
  }

  private takeSaid({ call, what }: Extract<ConsultNews, { type: 'consult_said' }>): void {
    if (this.joined?.invite.call === call && what.type === 'typed') takeLine(this.joined.lines, false, what);
    const { current } = this;
    if (current?.call !== call) return;
    switch (what.type) {
      case 'description':
      case 'candidate':
        current.talk.take(what, this.relay);
        break;
      case 'typed':
        takeLine(current.lines, false, what);
        break;
      case 'not_heard':
        current.unheardThere = what.missing;
        break;
      case 'open':
        current.theirs = what;
        current.talk.expectSound(what.microphone);
        break;
      case 'carried':
        current.rung = what.rung;
        break;
      case 'paper_moved':
        movePaper(current, what.paper, what.answer);
        break;
      default:
        break;
    }
  }
}

function movePaper(current: Conversation, paper: string, state: SentPaper['state']): void {
  const sent = current.papers.find((one) => one.paper === paper);
  if (sent) sent.state = state;
}

function takeLine(lines: Line[], own: boolean, { line, text, done }: ConsultTyped): void {
  const known = lines.find((one) => one.own === own && one.number === line);
  if (known) Object.assign(known, { text, done });
  else lines.push({ own, number: line, text, done });
}

/** The same rule as the gateway's note_is_safe(): six digits or more in a row, or an at-sign. */
export function noteIsSafe(note: string): boolean {
  if (/[@＠]/u.test(note)) return false;
  const digit = '[0-9０-９〇一二三四五六七八九零①②③④⑤⑥⑦⑧⑨⓪]';
  const between = '[ \\t\\n\\-./()+,:_ー－―‐–—−・、。／．（）＋　のノ年月日]';
  return !new RegExp(`(?:${digit}${between}*){6}`, 'u').test(note);
}
