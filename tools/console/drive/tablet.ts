// A person at the console, with Debian's Chromium: logs in with both factors and looks at a page. For tests/e2e and for
// the demo's helper.
//
//   MADOGUCHI_CHROMIUM  the browser (default /usr/bin/chromium)

import { createHmac } from 'node:crypto';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

export interface Account {
  name: string;
  password: string;
  secret: Buffer;
  /** The last step whose code was used: one is good once. */
  used: number;
}

export function base32(text: string): Buffer {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...text].map((one) => letters.indexOf(one).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
}

/** RFC 6238, written here a second time: the gateway must not be its own witness. */
export function totp(secret: Buffer, step: number): string {
  const moving = Buffer.alloc(8);
  moving.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(moving).digest();
  const at = mac.at(-1)! & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** A code that was not used yet; waits when the clock's two are. */
export async function nextCode(account: Account): Promise<string> {
  for (;;) {
    const now = Math.floor(Date.now() / 30_000);
    const step = Math.max(now, account.used + 1);
    if (step <= now + 1) {
      account.used = step;
      return totp(account.secret, step);
    }
    await new Promise((done) => setTimeout(done, 500));
  }
}

/** Of what `gateway staff add` says: an otpauth:// URI. */
export function accountOf(name: string, password: string, uri: string): Account {
  return { name, password, secret: base32(new URL(uri.trim()).searchParams.get('secret')!), used: 0 };
}

export function openBrowser(more: string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['MADOGUCHI_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--no-first-run', ...more],
  });
}

export interface Settings { locale?: string; width?: number; height?: number }

/** One page, and what its console complained of. */
export class Tablet {
  readonly complaints: string[] = [];
  private constructor(readonly context: BrowserContext, readonly page: Page, private readonly url: string) {
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/Failed to load resource|WebSocket connection/.test(message.text())) {
        this.complaints.push(message.text());
      }
    });
  }

  /** A browser of its own, as on another tablet. `url` ends in /console/. */
  static async open(browser: Browser, url: string, settings: Settings = {}): Promise<Tablet> {
    const context = await browser.newContext({
      ignoreHTTPSErrors: true, locale: settings.locale ?? 'ja-JP', timezoneId: 'Asia/Tokyo',
      viewport: { width: settings.width ?? 1280, height: settings.height ?? 900 },
    });
    return new Tablet(context, await context.newPage(), url);
  }

  async open(path = ''): Promise<void> {
    await this.page.goto(this.url + path);
    await this.page.waitForSelector('h1');
  }
  async fillLogin(account: Account, code: string, password = account.password): Promise<void> {
    await this.page.fill('#login-name', account.name);
    await this.page.fill('#login-password', password);
    await this.page.fill('#login-code', code);
    await this.page.click('form button.primary');
  }
  async logIn(account: Account): Promise<void> {
    await this.open();
    await this.fillLogin(account, await nextCode(account));
    await this.page.waitForSelector('nav');
  }
  async heading(): Promise<string> {
    return (await this.page.textContent('h1')) ?? '';
  }
  news(): Promise<string | null> {
    return this.page.textContent('.news');
  }
  close(): Promise<void> {
    return this.context.close();
  }
}
