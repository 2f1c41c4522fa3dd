import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Live } from '../src/live';
import samples from './screens.json';

/** The other end of the WebSocket, by hand. */
class Wire extends EventTarget {
  static all: Wire[] = [];
  static readonly OPEN = 1;
  readyState = 0;
  sent: unknown[] = [];
  constructor(readonly url: string, readonly protocol: string) {
    super();
    Wire.all.push(this);
  }
  send(text: string) { this.sent.push(JSON.parse(text)); }
  close() { this.lose(); }
  open() {
    this.readyState = 1;
    this.dispatchEvent(new Event('open'));
  }
  say(message: unknown) { this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) })); }
  lose() {
    this.readyState = 3;
    this.dispatchEvent(new Event('close'));
  }
}

const session = { type: 'session', session: 's1', kiosk: 'kiosk-001', helper: '3', language: 'ja', ends_in_s: 1800 };
const mirror = (number: number, name = 'kind') =>
  ({ type: 'mirror', session: 's1', number, hidden: false, screen: samples.find((one) => one.name === name) });
const closed = vi.fn();
let live: Live;
const wire = () => Wire.all.at(-1)!;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', Wire);
  Wire.all = [];
  closed.mockReset();
  live = new Live(() => {}, closed, 'wss://desk.test/console/api/live');
  live.start();
  wire().open();
});
afterEach(() => {
  live.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('live', () => {
  it('speaks its own protocol', () => {
    expect(wire().url).toBe('wss://desk.test/console/api/live');
    expect(wire().protocol).toBe('madoguchi-console-1');
  });

  it('points at a control of the screen that was seen', () => {
    wire().say(session);
    live.watch('s1');
    wire().say(mirror(4));
    live.pointAt('s1', 'kind.seal', 'none');
    wire().say(mirror(5));
    live.pointAt('s1', 'kind.tax', 'press_here');
    expect(wire().sent).toEqual([
      { type: 'watch', session: 's1' },
      { type: 'point', number: 4, control: 'kind.seal', phrase: 'none' },
      { type: 'point', number: 5, control: 'kind.tax', phrase: 'press_here' },
    ]);
  });

  it('knows no message that presses', () => {
    wire().say(session);
    live.watch('s1');
    wire().say(mirror(1));
    live.pointAt('s1', 'kind.seal', 'none');
    live.pointNowhere('s1');
    live.end('s1', 'cashless', 'solved');
    const kinds = new Set(wire().sent.map((one) => (one as { type: string }).type));
    expect(kinds).toEqual(new Set(['watch', 'point', 'point_nowhere', 'end_help']));
  });

  it('the ring is there when the kiosk says so; older news changes nothing', () => {
    wire().say(session);
    live.watch('s1');
    wire().say(mirror(1));
    live.pointAt('s1', 'kind.seal', 'none');
    const shown = () => live.desk.sessions.get('s1')!.pointing!.shown;
    expect(shown()).toBeNull();
    wire().say({ type: 'pointed', session: 's1', order: 12, shown: true });
    expect(shown()).toBe(true);
    live.pointAt('s1', 'kind.tax', 'none');
    wire().say({ type: 'pointed', session: 's1', order: 13, shown: true });
    wire().say({ type: 'pointed', session: 's1', order: 12, shown: false });
    expect(shown()).toBe(true);
    wire().say({ type: 'pointed', session: 's1', order: 13, shown: false });
    expect(shown()).toBe(false);
  });

  it('points nowhere in a session that is not watched', () => {
    wire().say(session);
    wire().say({ ...session, session: 's2' });
    live.watch('s1');
    wire().say(mirror(1));
    live.pointAt('s2', 'kind.seal', 'none');
    live.pointNowhere('s2');
    live.end('s2', null, 'solved');
    expect(wire().sent).toEqual([{ type: 'watch', session: 's1' }]);
  });

  it('a kiosk that is lost stays in sight', () => {
    wire().say({ type: 'kiosk', kiosk: 'kiosk-001', connected: true, serving: true, faults: [] });
    expect(live.desk.kiosks.get('kiosk-001')!.lostAt).toBeNull();
    wire().say({ type: 'kiosk', kiosk: 'kiosk-001', connected: false, serving: false, faults: [] });
    expect(live.desk.kiosks.get('kiosk-001')!.lostAt).toBe(Date.now());
  });

  it('another screen takes the ring away, the same one does not', () => {
    wire().say(session);
    live.watch('s1');
    wire().say(mirror(1));
    live.pointAt('s1', 'kind.seal', 'none');
    wire().say(mirror(2));
    expect(live.desk.sessions.get('s1')!.pointing).not.toBeNull();
    wire().say(mirror(3, 'review'));
    expect(live.desk.sessions.get('s1')!.pointing).toBeNull();
  });

  it('does not keep the screen of a session that is not watched', () => {
    wire().say(session);
    wire().say(mirror(1));
    expect(live.desk.sessions.get('s1')!.mirror).toBeNull();
    live.watch('s1');
    wire().say(mirror(1));
    live.watch('');
    expect(live.desk.sessions.get('s1')!.mirror).toBeNull();
  });

  it('forgets all when the connection is lost, and begins anew, later and later', () => {
    wire().say(session);
    live.watch('s1');
    wire().lose();
    expect(live.desk.sessions.size).toBe(0);
    expect(live.desk.connected).toBe(false);
    expect(closed).toHaveBeenCalledTimes(1);
    const pauses = [500, 1000, 2000, 4000, 8000, 15000, 15000];
    for (const [at, pause] of pauses.entries()) {
      vi.advanceTimersByTime(pause - 1);
      expect(Wire.all).toHaveLength(at + 1);
      vi.advanceTimersByTime(1);
      expect(Wire.all).toHaveLength(at + 2);
      if (at < pauses.length - 1) wire().lose();
    }
    wire().open();
    expect(wire().sent).toEqual([{ type: 'watch', session: 's1' }]);
  });

  it('comes back no more after stop', () => {
    live.stop();
    vi.advanceTimersByTime(60_000);
    expect(Wire.all).toHaveLength(1);
    expect(closed).not.toHaveBeenCalled();
  });
});
