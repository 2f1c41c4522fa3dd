// A volunteer at the console, told what to do line by line: the demo's second person (tools/demo help).
//
//   volunteer.ts --url URL --account FILE --layout FILE --out DIR [--locale ja-JP]
//
// FILE: {"name", "password", "uri"}; the layout is what kiosk-ui appends to for every frame that it draws. Pictures and
// browser-net-log.json (Chromium's own record of every byte that it received) go to DIR.
//
// Orders, as orders.ts says:
//   join                 waits for a session, and opens it
//   point CONTROL        points at it as soon as the mirror shows it; done when the kiosk has drawn the ring
//   measure A B TIMES    points at A and B in turn: `measure {"answered_ms": [...], "drawn_ms": [...]}`
//   unseen               waits until the page says that it does not see what the resident enters
//   look NAME            a picture
//   end OUTCOME          ends the session
//   leave                closes the browser, which ends its record: the answer is `left`

import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { obey } from './orders';
import { accountOf, openBrowser, Tablet } from './tablet';

const patience_ms = 30_000;

/** The frames that the kiosk has drawn, as they come. */
class Frames {
  private readonly file: number;
  private at: number;
  private half = '';
  constructor(path: string) {
    this.file = openSync(path, 'r');
    this.at = fstatSync(this.file).size;
  }
  /** When a frame was found in which the ring stands at this control, by Date.now(). */
  async ringAt(control: string): Promise<number> {
    for (const until = Date.now() + patience_ms; Date.now() < until;) {
      for (const line of this.news()) {
        const frame = JSON.parse(line) as { pointed?: string };
        if (frame.pointed?.split(' ')[0] === control) return Date.now();
      }
      await new Promise((done) => setTimeout(done, 1));
    }
    throw new Error(`the kiosk has drawn no ring at ${control}`);
  }
  close(): void {
    closeSync(this.file);
  }
  private news(): string[] {
    const room = Buffer.alloc(fstatSync(this.file).size - this.at);
    this.at += readSync(this.file, room, 0, room.length, this.at);
    const lines = (this.half + room.toString()).split('\n');
    this.half = lines.pop()!;
    return lines;
  }
}

class Volunteer {
  private pictures = 0;
  /** When the kiosk last said that it shows what was pointed at, by Date.now(). */
  private answered: (() => void) | null = null;

  private constructor(
    private readonly browser: Browser, private readonly tablet: Tablet, private readonly layout: string,
    private readonly out: string,
  ) {
    tablet.page.on('websocket', (socket) => {
      socket.on('framereceived', ({ payload }) => {
        const message = JSON.parse(String(payload)) as { type: string; shown?: boolean };
        if (message.type === 'pointed' && message.shown) this.answered?.();
      });
    });
  }

  static async come(options: { url: string; account: string; layout: string; out: string; locale: string }): Promise<Volunteer> {
    mkdirSync(options.out, { recursive: true });
    const browser = await openBrowser([
      `--log-net-log=${join(options.out, 'browser-net-log.json')}`, '--net-log-capture-mode=Everything']);
    const tablet = await Tablet.open(browser, options.url, { locale: options.locale });
    tablet.page.setDefaultTimeout(patience_ms);
    const { name, password, uri } = JSON.parse(readFileSync(options.account, 'utf8')) as Record<'name' | 'password' | 'uri', string>;
    const volunteer = new Volunteer(browser, tablet, options.layout, options.out);
    await tablet.logIn(accountOf(name, password, uri));
    return volunteer;
  }

  /** What the answer says after its first word. */
  async do(order: string, words: string[]): Promise<string> {
    switch (order) {
      case 'join':
        await this.tablet.page.click('.card a.button');
        await this.tablet.page.waitForSelector('.mirror .screen');
        return this.look('joined');
      case 'point': {
        const took = await this.point(words[0]!);
        await this.look(`points-at-${words[0]!}`);
        return JSON.stringify(took);
      }
      case 'measure':
        return JSON.stringify(await this.measure(words[0]!, words[1]!, Number(words[2])));
      case 'unseen':
        await this.tablet.page.waitForSelector('.hidden-notice:not(:empty)');
        return this.look('unseen');
      case 'look':
        return this.look(words[0]!);
      case 'end':
        return this.end(words[0]!);
      default:
        throw new Error(`there is no order '${order}'`);
    }
  }

  async leave(): Promise<void> {
    if (this.tablet.complaints.length > 0) throw new Error(`the page complained: ${this.tablet.complaints.join('; ')}`);
    await this.tablet.close();
    await this.browser.close();
  }

  private async point(control: string): Promise<{ answered_ms: number; drawn_ms: number }> {
    const { page } = this.tablet;
    const button = `.mirror [data-control="${control}"]`;
    await page.waitForSelector(button);
    const frames = new Frames(this.layout);
    try {
      const answered = new Promise<number>((done) => { this.answered = () => done(Date.now()); });
      const clicked = await page.evaluate((which) => {
        const now = Date.now();
        document.querySelector<HTMLElement>(which)!.click();
        return now;
      }, button);
      const [answeredAt, drawnAt] = await Promise.all([answered, frames.ringAt(control)]);
      await page.waitForSelector(`${button}[aria-pressed=true]`);
      return { answered_ms: answeredAt - clicked, drawn_ms: drawnAt - clicked };
    } finally {
      this.answered = null;
      frames.close();
    }
  }

  private async measure(a: string, b: string, times: number): Promise<{ answered_ms: number[]; drawn_ms: number[] }> {
    const out = { answered_ms: [] as number[], drawn_ms: [] as number[] };
    for (let i = 0; i < times; ++i) {
      const took = await this.point(i % 2 === 0 ? a : b);
      out.answered_ms.push(took.answered_ms);
      out.drawn_ms.push(took.drawn_ms);
    }
    return out;
  }

  private async end(outcome: string): Promise<string> {
    const { page } = this.tablet;
    await page.click('[data-key="end"]');
    await page.waitForSelector('dialog[open]');
    await this.look('ends');
    await page.click(`[data-key="outcome.${outcome}"]`);
    await page.waitForFunction(() => document.querySelector('.mirror')?.closest<HTMLElement>('.session')?.hidden);
    return '';
  }

  private async look(name: string): Promise<string> {
    this.pictures += 1;
    const file = `${String(this.pictures).padStart(2, '0')}-${name}.png`;
    await this.tablet.page.screenshot({ path: join(this.out, file), fullPage: true });
    return file;
  }
}

const { values } = parseArgs({ options: {
  url: { type: 'string' }, account: { type: 'string' }, layout: { type: 'string' }, out: { type: 'string' },
  locale: { type: 'string', default: 'ja-JP' },
} });
const { url, account, layout, out, locale } = values;
if (!url || !account || !layout || !out) {
  console.error('volunteer: --url, --account, --layout and --out are wanted');
  process.exit(2);
}
const volunteer = await Volunteer.come({ url, account, layout, out, locale });
await obey((order, words) => volunteer.do(order, words), () => volunteer.leave());
