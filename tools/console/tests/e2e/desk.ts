// The real gateway with throwaway keys, accounts made by its own command, and Debian's Chromium.
//
//   MADOGUCHI_GATEWAY  the program            MADOGUCHI_CONSOLE  the built pages
//   MADOGUCHI_OUT      where pictures go      MADOGUCHI_CHROMIUM  the browser (default /usr/bin/chromium)

import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { request } from 'node:https';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import type { StaffRole } from '../../src/generated/messages';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const environment = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run ctest -R console`);
  return value;
};
export const out = environment('MADOGUCHI_OUT');
mkdirSync(out, { recursive: true });

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

export class Desk {
  private constructor(
    private readonly folder: string,
    private readonly gateway: ChildProcess,
    readonly browser: Browser,
    readonly url: string,
    /** HOST:PORT for kiosks. */
    readonly kioskAddress: string,
  ) {}

  static async open(): Promise<Desk> {
    const folder = mkdtempSync(join(tmpdir(), 'madoguchi-console-'));
    const pki = join(folder, 'pki');
    execFileSync(join(root, 'tools/pki'), [pki], { stdio: 'ignore' });
    const file = (name: string) => join(pki, name);
    const options = {
      listen: '127.0.0.1:0', 'public-listen': '127.0.0.1:0', 'console-listen': '127.0.0.1:0',
      'console-dir': environment('MADOGUCHI_CONSOLE'), database: join(folder, 'gateway.sqlite'),
      'tls-certificate': file('gateway.pem'), 'tls-key': file('gateway.key'), 'kiosk-ca': file('kiosk-ca.pem'),
      'card-ca': file('kiosk-ca.pem'), 'seal-key': file('seal.key'), 'sign-key': file('document.key'),
      'sign-certificate': file('document.pem'), catalogue: join(root, 'tools/gateway/catalogue.toml'),
      residents: join(root, 'tools/gateway/residents/toyonaka-fictional.json'),
    };
    const log = openSync(join(out, 'gateway.log'), 'w');
    const gateway = spawn(environment('MADOGUCHI_GATEWAY'),
      Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]), { stdio: ['ignore', 'pipe', log] });
    const [kiosks, pages] = await new Promise<[string, string]>((found, failed) => {
      let said = '';
      gateway.stdout!.on('data', (some: Buffer) => {
        said += some.toString();
        const line = /kiosk=(\S+) .*console=(\S+)\s/.exec(said);
        if (line) found([line[1]!, line[2]!]);
      });
      gateway.on('exit', (code) => failed(new Error(`the gateway ended with ${code}: ${readFileSync(join(out, 'gateway.log'))}`)));
    });
    const browser = await chromium.launch({
      executablePath: process.env['MADOGUCHI_CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking',
        '--disable-component-update', '--disable-sync', '--no-first-run'],
    });
    return new Desk(folder, gateway, browser, `https://${pages}/console/`, kiosks);
  }

  /** The gateway's exit status. */
  async close(): Promise<number | null> {
    await this.browser.close();
    const status = this.gateway.exitCode ?? await new Promise<number | null>((done) => {
      this.gateway.removeAllListeners('exit');
      this.gateway.on('exit', done);
      this.gateway.kill('SIGTERM');
    });
    rmSync(this.folder, { recursive: true });
    return status;
  }

  /** What a kiosk proves itself with. */
  kioskFiles(name = 'kiosk-001'): { ca: string; certificate: string; key: string } {
    const pki = join(this.folder, 'pki');
    return { ca: join(pki, 'gateway-ca.pem'), certificate: join(pki, `${name}.pem`), key: join(pki, `${name}.key`) };
  }

  /** The status of a GET that no browser would make. */
  knock(path: string, headers: Record<string, string>): Promise<number> {
    return new Promise((found, failed) => {
      const asked = request(new URL(path, this.url), { headers, rejectUnauthorized: false, agent: false });
      asked.on('response', (answer) => { answer.destroy(); found(answer.statusCode!); });
      asked.on('upgrade', (answer, socket) => { socket.destroy(); found(answer.statusCode!); });
      asked.on('error', failed);
      asked.end();
    });
  }

  staffCommand(words: string[], input: string): { status: number | null; stdout: string; stderr: string } {
    const more = words[0] === 'add' ? ['--database', join(this.folder, 'gateway.sqlite')] : [];
    return spawnSync(environment('MADOGUCHI_GATEWAY'), ['staff', ...words, ...more], { input, encoding: 'utf8' });
  }

  /** As an administrator does on the gateway's own machine. */
  account(name: string, role: StaffRole): Account {
    const password = `${name} opens the desk`;
    const { stdout, stderr } = this.staffCommand(['add', name, '--role', role], `${password}\n`);
    if (stdout === '') throw new Error(stderr);
    return { name, password, secret: base32(new URL(stdout.trim()).searchParams.get('secret')!), used: 0 };
  }

  /** A browser of its own, as on another tablet. */
  async tablet(settings: { locale?: string; width?: number; height?: number } = {}): Promise<Tablet> {
    const context = await this.browser.newContext({
      ignoreHTTPSErrors: true, locale: settings.locale ?? 'ja-JP', timezoneId: 'Asia/Tokyo',
      viewport: { width: settings.width ?? 1280, height: settings.height ?? 900 },
    });
    return new Tablet(context, await context.newPage(), this.url);
  }
}

/** One page, and what its console complained of. */
export class Tablet {
  readonly complaints: string[] = [];
  constructor(readonly context: BrowserContext, readonly page: Page, private readonly url: string) {
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/Failed to load resource|WebSocket connection/.test(message.text())) {
        this.complaints.push(message.text());
      }
    });
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
