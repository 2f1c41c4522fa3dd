// The city's side of a consultation by video, told what to do line by line: staff at a desk and an interpreter at
// another, each in a browser of Debian's Chromium with a camera and a microphone (tools/demo consult).
//
//   counsel.ts --url URL --staff FILE --interpreter FILE --picture Y4M --sound WAV --out DIR [--locale ja-JP]
//
// FILE: {"name", "password", "uri"}. What the cameras see and the microphones hear are the two files. Pictures of the
// pages go to DIR.
//
// Orders, as orders.ts says; words with blanks have them as `_`:
//   sit DESK INTERPRETER   both sit down
//   answer                 waits for a call, and answers it
//   write WORDS            a line of text, key by key
//   read WORDS             waits until the resident has written it
//   caption WORDS
//   page TITLE LINES LINK  lines are parted by `;`
//   ring CONTROL
//   invite LANGUAGE        the interpreter joins
//   dismiss                the interpreter goes
//   seen FRAMES            waits until both pages have shown so many frames more: {"staff", "interpreter", "level"}
//   before                 remembers which connection the staff's page shows
//   again                  waits for the first picture of another one: when it came, in ms since 1970
//   look NAME              a picture of the staff's page
//   finish OUTCOME
//   leave

import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { obey } from './orders';
import { accountOf, openBrowser, Tablet } from './tablet';

const patience_ms = 60_000;

class Counsel {
  private pictures = 0;
  private stream = '';
  private guest = false;

  private constructor(
    private readonly browser: Browser, private readonly staff: Tablet, private readonly interpreter: Tablet,
    private readonly out: string,
  ) {}

  static async come(options: {
    url: string; staff: string; interpreter: string; picture: string; sound: string; out: string; locale: string;
  }): Promise<Counsel> {
    mkdirSync(options.out, { recursive: true });
    const browser = await openBrowser([
      '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream',
      `--use-file-for-fake-video-capture=${options.picture}`, `--use-file-for-fake-audio-capture=${options.sound}`,
      '--allow-loopback-in-peer-connection', '--autoplay-policy=no-user-gesture-required']);
    const enter = async (file: string) => {
      const tablet = await Tablet.open(browser, options.url, { locale: options.locale });
      tablet.page.setDefaultTimeout(patience_ms);
      const { name, password, uri } = JSON.parse(readFileSync(file, 'utf8')) as Record<'name' | 'password' | 'uri', string>;
      await tablet.logIn(accountOf(name, password, uri));
      await tablet.open('#/consult');
      return tablet;
    };
    return new Counsel(browser, await enter(options.staff), await enter(options.interpreter), options.out);
  }

  /** What the answer says after its first word. */
  async do(order: string, [first = '', second = '', third = '']: string[]): Promise<string> {
    const { page } = this.staff;
    const words = first.replaceAll('_', ' ');
    switch (order) {
      case 'sit':
        await page.selectOption('#consult-desk', first);
        await this.interpreter.page.selectOption('#consult-desk', second);
        return '';
      case 'answer':
        await page.waitForSelector('[data-key^="answer."]');
        await this.look('rings');
        await page.click('[data-key^="answer."]');
        await this.connected(this.staff);
        return '';
      case 'write':
        await page.locator('#consult-line').pressSequentially(words);
        await page.press('#consult-line', 'Enter');
        return '';
      case 'read':
        await this.says(this.staff, '.call .typed', words);
        return '';
      case 'caption':
        await this.tool('caption');
        await page.fill('#caption', words);
        await page.click('[data-key="caption.show"]');
        return '';
      case 'page':
        await this.tool('page');
        await page.fill('#page-title', words);
        await page.fill('#page-lines', second.replaceAll('_', ' ').replaceAll(';', '\n'));
        await page.fill('#page-link', third);
        await page.click('[data-key="page.show"]');
        return '';
      case 'ring':
        await this.tool('ring');
        await page.click(`[data-key="ring.${first}"]`);
        return '';
      case 'invite':
        await page.selectOption('#invite', first);
        await page.click('[data-key=invite]');
        await this.interpreter.page.click('[data-key=join]');
        await this.connected(this.interpreter);
        this.guest = true;
        return '';
      case 'dismiss':
        await this.interpreter.page.click('[data-key="guest.leave"]');
        this.guest = false;
        return '';
      case 'seen':
        return JSON.stringify(await this.seen(Number(first)));
      case 'before':
        this.stream = await page.evaluate(() =>
          (document.querySelector<HTMLVideoElement>('.pictures video')!.srcObject as MediaStream).id);
        return '';
      case 'again':
        return String(await this.again());
      case 'look':
        return this.look(first);
      case 'finish':
        await page.click('[data-key=finish]');
        await page.click(`dialog [data-key="outcome.${first}"]`);
        await page.waitForFunction(() => document.querySelector('.call') === null);
        return '';
      default:
        throw new Error(`there is no order '${order}'`);
    }
  }

  async leave(): Promise<void> {
    for (const tablet of [this.staff, this.interpreter]) {
      if (tablet.complaints.length > 0) throw new Error(`the page complained: ${tablet.complaints.join('; ')}`);
      await tablet.close();
    }
    await this.browser.close();
  }

  /** Opens it when it is not open yet. */
  private async tool(name: string): Promise<void> {
    await this.staff.page.locator(`details:has([data-key="tool.${name}"])`)
      .evaluate((part) => { (part as HTMLDetailsElement).open = true; });
  }

  private async says(tablet: Tablet, selector: string, words: string): Promise<void> {
    await tablet.page.waitForFunction(([where, what]) =>
      document.querySelector(where!)?.textContent?.includes(what!), [selector, words]);
  }

  private async connected(tablet: Tablet): Promise<void> {
    await this.frames(tablet, 1);
  }

  /** Frames that the page has shown of the other side, once there are more than so many. */
  private async frames(tablet: Tablet, least: number): Promise<number> {
    const shown = await tablet.page.waitForFunction((wanted) => {
      const video = document.querySelector<HTMLVideoElement>('.pictures video');
      const count = video?.getVideoPlaybackQuality().totalVideoFrames ?? 0;
      return count >= wanted && count;
    }, least);
    return Number(await shown.jsonValue());
  }

  private async seen(more: number): Promise<{ staff: number; interpreter: number; level: number }> {
    const count = async (tablet: Tablet) => this.frames(tablet, await this.frames(tablet, 1) + more);
    return {
      staff: await count(this.staff),
      interpreter: this.guest ? await count(this.interpreter) : 0,
      level: await this.level(),
    };
  }

  private async again(): Promise<number> {
    const shown = await this.staff.page.waitForFunction((old) => {
      const video = document.querySelector<HTMLVideoElement>('.pictures video');
      const stream = video?.srcObject as MediaStream | undefined;
      return stream !== undefined && stream.id !== old && video!.getVideoPlaybackQuality().totalVideoFrames > 0 && Date.now();
    }, this.stream);
    return Number(await shown.jsonValue());
  }

  /** The loudest sample, of 1, of what the staff hear within two seconds. */
  private level(): Promise<number> {
    return this.staff.page.evaluate(async () => {
      const stream = document.querySelector<HTMLVideoElement>('.pictures video')!.srcObject as MediaStream;
      const context = new AudioContext();
      const analyser = context.createAnalyser();
      context.createMediaStreamSource(new MediaStream(stream.getAudioTracks())).connect(analyser);
      const samples = new Float32Array(analyser.fftSize);
      let most = 0;
      for (let i = 0; i < 40; ++i) {
        await new Promise((done) => setTimeout(done, 50));
        analyser.getFloatTimeDomainData(samples);
        most = samples.reduce((loudest, one) => Math.max(loudest, Math.abs(one)), most);
      }
      await context.close();
      return most;
    });
  }

  private async look(name: string): Promise<string> {
    this.pictures += 1;
    const file = `${String(this.pictures).padStart(2, '0')}-${name}.png`;
    await this.staff.page.screenshot({ path: join(this.out, file), fullPage: true });
    return file;
  }
}

const { values } = parseArgs({ options: {
  url: { type: 'string' }, staff: { type: 'string' }, interpreter: { type: 'string' }, picture: { type: 'string' },
  sound: { type: 'string' }, out: { type: 'string' }, locale: { type: 'string', default: 'ja-JP' },
} });
const { url, staff, interpreter, picture, sound, out, locale } = values;
if (!url || !staff || !interpreter || !picture || !sound || !out) {
  console.error('counsel: --url, --staff, --interpreter, --picture, --sound and --out are wanted');
  process.exit(2);
}
const counsel = await Counsel.come({ url, staff, interpreter, picture, sound, out, locale });
await obey((order, words) => counsel.do(order, words), () => counsel.leave());
