// The other end of the console's WebSocket, as tools/gateway/staff/console_live.h has it, so that pages can be shown
// every state of a desk without a kiosk.

import type { Page, WebSocketRoute } from 'playwright-core';
import type { LiveFromConsole, LiveToConsole, Screen } from '../../src/generated/messages';
import samples from '../screens.json';

export const screens = samples as unknown as Screen[];

export class Hub {
  private socket: WebSocketRoute | null = null;
  readonly heard: LiveFromConsole[] = [];
  /** Said to every connection when it begins. */
  state: LiveToConsole[] = [
    { type: 'kiosk', kiosk: 'kiosk-001', connected: true, serving: true, faults: [] },
    { type: 'kiosk', kiosk: 'kiosk-002', connected: true, serving: false, faults: ['printer', 'receipt'] },
    { type: 'kiosk', kiosk: 'kiosk-003', connected: false, serving: false, faults: [] },
    { type: 'session', session: 's1', kiosk: 'kiosk-001', helper: '3', language: 'ja', ends_in_s: 1790 },
    { type: 'session', session: 's2', kiosk: 'kiosk-002', helper: '8', language: 'en', ends_in_s: 50 },
  ];
  mirrors: Record<string, { screen: Screen; hidden: boolean }> = {};
  private number = 0;

  static async at(page: Page): Promise<Hub> {
    const hub = new Hub();
    await page.routeWebSocket(/\/console\/api\/live$/, (socket) => hub.accept(socket));
    return hub;
  }

  say(message: LiveToConsole): void {
    this.socket?.send(JSON.stringify(message));
  }
  show(session: string, screen: Screen, hidden = false): void {
    this.mirrors[session] = { screen, hidden };
    this.number += 1;
    this.say({ type: 'mirror', session, number: this.number, hidden, screen });
  }

  private accept(socket: WebSocketRoute): void {
    this.socket = socket;
    socket.onMessage((text) => this.hear(JSON.parse(String(text)) as LiveFromConsole));
    for (const message of this.state) this.say(message);
  }
  private hear(message: LiveFromConsole): void {
    this.heard.push(message);
    const mirror = message.type === 'watch' ? this.mirrors[message.session] : undefined;
    if (message.type === 'watch' && mirror) this.show(message.session, mirror.screen, mirror.hidden);
  }
}

export function sample(name: string): Screen {
  const found = screens.find((one) => one.name === name);
  if (!found) throw new Error(`no sample ${name}`);
  return structuredClone(found);
}
