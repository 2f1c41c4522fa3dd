// The gateway's answers: tools/gateway/staff/console_api.h.

import type {
  AddedStaff, BadgesView, BookingDone, BookingsView, ConsoleRefusal, GuideFigure, GuideKept, GuideView, LessonList, LoginRequest, Me, NewBadge, NewBooking, NewPassword, NewSecondFactor,
  NewStaff,
  QueueDone, QueueView, StaffList, Stats, Topic,
} from './generated/messages';
import { ConsoleRefusalNames } from './generated/messages';

/** What the gateway refused, or `unreachable` when it did not answer. */
export class Refused extends Error {
  constructor(
    readonly code: ConsoleRefusal | 'unreachable',
    readonly retryAfter: number | null = null,
  ) {
    super(code);
  }
}

export class Api {
  private csrf = '';
  /** Called when the session is over, however that came. */
  onLoggedOut: () => void = () => {};

  async login(request: LoginRequest): Promise<Me> {
    return this.remember(await this.ask<Me>('POST', '/login', request));
  }
  /** Who is logged in; throws not_logged_in. */
  async me(): Promise<Me> {
    return this.remember(await this.ask<Me>('GET', '/me'));
  }
  async logout(): Promise<void> {
    await this.ask('POST', '/logout');
    this.csrf = '';
  }
  changePassword(request: NewPassword): Promise<void> {
    return this.ask('POST', '/password', request);
  }
  lessons(): Promise<LessonList> {
    return this.ask('GET', '/lessons');
  }
  /** Days as "2026-11-22"; empty: the last twelve months, today. */
  stats(from: string, to: string): Promise<Stats> {
    const query = new URLSearchParams(Object.entries({ from, to }).filter(([, day]) => day !== ''));
    return this.ask('GET', `/stats?${query.toString()}`);
  }
  guide(): Promise<GuideView> {
    return this.ask('GET', '/guide');
  }
  keepGuide(figure: GuideFigure): Promise<GuideKept> {
    return this.ask('POST', '/guide', figure);
  }
  staff(): Promise<StaffList> {
    return this.ask('GET', '/staff');
  }
  addStaff(request: NewStaff): Promise<AddedStaff> {
    return this.ask('POST', '/staff', request);
  }
  changeStaff(name: string, what: 'disable' | 'enable' | 'end_sessions'): Promise<void> {
    return this.ask('POST', `/staff/${encodeURIComponent(name)}/${what}`);
  }
  /** Empty: no badge. */
  tieBadge(name: string, helper: string): Promise<void> {
    return this.ask('POST', `/staff/${encodeURIComponent(name)}/badge`, { helper });
  }
  resetSecondFactor(name: string): Promise<NewSecondFactor> {
    return this.ask('POST', `/staff/${encodeURIComponent(name)}/reset_totp`);
  }
  badges(): Promise<BadgesView> {
    return this.ask('GET', '/badges');
  }
  async addBadge(badge: NewBadge): Promise<void> {
    await this.ask('POST', '/badges', badge);
  }
  revokeBadge(badge: string): Promise<void> {
    return this.ask('POST', '/badges/revoke', { badge });
  }

  queue(): Promise<QueueView> {
    return this.ask('GET', '/queue');
  }
  /** `seen`: the ticket that the page shows at the desk; the gateway refuses what is not so any more. */
  atDesk(what: 'next' | 'again' | 'done' | 'absent', desk: string, seen: string): Promise<QueueDone> {
    return this.ask('POST', `/queue/${what}`, { desk, seen });
  }
  handOver(desk: string, seen: string, topic: Topic): Promise<QueueDone> {
    return this.ask('POST', '/queue/hand_over', { desk, seen, topic });
  }
  cameAfterAll(ticket: string): Promise<QueueDone> {
    return this.ask('POST', '/queue/back', { ticket });
  }
  takeTicket(topic: Topic, language: string): Promise<QueueDone> {
    return this.ask('POST', '/queue/take', { topic, language });
  }
  bookings(day: string): Promise<BookingsView> {
    return this.ask('GET', day === '' ? '/bookings' : `/bookings?day=${encodeURIComponent(day)}`);
  }
  book(booking: NewBooking): Promise<BookingDone> {
    return this.ask('POST', '/bookings', booking);
  }
  onBooking(what: 'check_in' | 'cancel', code: string): Promise<BookingDone> {
    return this.ask('POST', `/bookings/${what}`, { code });
  }

  private remember(me: Me): Me {
    this.csrf = me.csrf;
    return me;
  }

  private async ask<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
    const headers: Record<string, string> = {};
    if (method === 'POST' && this.csrf !== '') headers['X-CSRF-Token'] = this.csrf;
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    let response: Response;
    try {
      const init: RequestInit = { method, headers, credentials: 'same-origin', cache: 'no-store' };
      if (body !== undefined) init.body = JSON.stringify(body);
      response = await fetch(`/console/api${path}`, init);
    } catch {
      throw new Refused('unreachable');
    }
    if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T;
    const refused = await refusalOf(response);
    if (refused.code === 'not_logged_in' && path !== '/me') this.onLoggedOut();
    throw refused;
  }
}

async function refusalOf(response: Response): Promise<Refused> {
  try {
    const { code, retry_after_s } = (await response.json()) as { code: string; retry_after_s?: number };
    const known = ConsoleRefusalNames.find((name) => name === code);
    return new Refused(known ?? 'internal', retry_after_s ?? null);
  } catch {
    return new Refused('internal');
  }
}
