// The real gateway with throwaway keys, accounts made by its own command, and Debian's Chromium.
//
//   MADOGUCHI_GATEWAY  the program            MADOGUCHI_CONSOLE  the built pages
//   MADOGUCHI_OUT      where pictures go      MADOGUCHI_CHROMIUM  the browser (default /usr/bin/chromium)

import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { request } from 'node:https';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { accountOf, openBrowser, Tablet, type Account } from '../../drive/tablet';
import type { StaffRole } from '../../src/generated/messages';

export { accountOf, base32, nextCode, totp, Tablet, type Account } from '../../drive/tablet';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const environment = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run ctest -R console`);
  return value;
};
export const out = environment('MADOGUCHI_OUT');
mkdirSync(out, { recursive: true });

/** The city's example, but open around the clock: the tests run at any hour. */
function queueAroundTheClock(): string {
  const times = Array.from({ length: 24 }, (_, hour) => `"${String(hour).padStart(2, '0')}:55"`).join(', ');
  return readFileSync(join(root, 'tools/gateway/queue.toml'), 'utf8')
    .replace(/^closed_days = .*$/m, '')
    .replace(/^hours = .*$/gm, 'hours = "00:00-24:00"')
    .replace(/^days = .*$/gm, '')
    .replace(/^times = .*$/gm, `times = [${times}]`);
}

/** Calls are taken at any hour, by whoever sits there. */
function consultAroundTheClock(): string {
  return readFileSync(join(root, 'tools/gateway/consult.toml'), 'utf8')
    .replace(/^hours = .*$/gm, 'hours = "00:00-24:00"')
    .replace(/^days = .*$/gm, '')
    .replace(/^\[rules\]$/m, 'closed_days = []\n[rules]');
}

export class Desk {
  private constructor(
    private readonly folder: string,
    private readonly gateway: ChildProcess,
    readonly browser: Browser,
    readonly url: string,
    /** HOST:PORT for kiosks. */
    readonly kioskAddress: string,
    /** HOST:PORT for everybody. */
    readonly publicAddress: string,
  ) {}

  /** `badges`: the numbers of those that are registered; `flags`: more of the browser's. */
  static async open(badges: string[] = [], more: Record<string, string> = {}, flags: string[] = []): Promise<Desk> {
    const folder = mkdtempSync(join(tmpdir(), 'madoguchi-console-'));
    const pki = join(folder, 'pki');
    execFileSync(join(root, 'tools/pki'), [pki], { stdio: 'ignore' });
    const file = (name: string) => join(pki, name);
    writeFileSync(join(folder, 'queue.toml'), queueAroundTheClock());
    writeFileSync(join(folder, 'consult.toml'), consultAroundTheClock());
    writeFileSync(join(folder, 'badges.toml'), badges.map((helper, at) =>
      `[[badge]]\nkind = "iso14443a"\nnumber = "0000000${at}"\nhelper = "${helper}"\n`).join(''));
    const options = {
      badges: join(folder, 'badges.toml'),
      queue: join(folder, 'queue.toml'), consult: join(folder, 'consult.toml'),
      listen: '127.0.0.1:0', 'public-listen': '127.0.0.1:0', 'console-listen': '127.0.0.1:0',
      'console-dir': environment('MADOGUCHI_CONSOLE'), database: join(folder, 'gateway.sqlite'),
      'tls-certificate': file('gateway.pem'), 'tls-key': file('gateway.key'), 'kiosk-ca': file('kiosk-ca.pem'),
      'card-ca': file('kiosk-ca.pem'), 'seal-key': file('seal.key'), 'sign-key': file('document.key'),
      'sign-certificate': file('document.pem'), catalogue: join(root, 'tools/gateway/catalogue.toml'),
      residents: join(root, 'tools/gateway/residents/toyonaka-fictional.json'),
      'lessons-dir': join(root, 'ui/lessons'),
      ...more,
    };
    const log = openSync(join(out, 'gateway.log'), 'w');
    const gateway = spawn(environment('MADOGUCHI_GATEWAY'),
      Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]), { stdio: ['ignore', 'pipe', log] });
    const [kiosks, everybody, pages] = await new Promise<[string, string, string]>((found, failed) => {
      let said = '';
      gateway.stdout!.on('data', (some: Buffer) => {
        said += some.toString();
        const line = /kiosk=(\S+) public=(\S+) console=(\S+)\s/.exec(said);
        if (line) found([line[1]!, line[2]!, line[3]!]);
      });
      gateway.on('exit', (code) => failed(new Error(`the gateway ended with ${code}: ${readFileSync(join(out, 'gateway.log'))}`)));
    });
    const browser = await openBrowser(flags);
    return new Desk(folder, gateway, browser, `https://${pages}/console/`, kiosks, everybody);
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

  /** One kiosk more. */
  makeKiosk(name: string): { ca: string; certificate: string; key: string } {
    execFileSync(join(root, 'tools/pki'), [join(this.folder, 'pki'), '--kiosk', name], { stdio: 'ignore' });
    return this.kioskFiles(name);
  }

  /** What a kiosk proves itself with. */
  kioskFiles(name = 'kiosk-001'): { ca: string; certificate: string; key: string } {
    const pki = join(this.folder, 'pki');
    return { ca: join(pki, 'gateway-ca.pem'), certificate: join(pki, `${name}.pem`), key: join(pki, `${name}.key`) };
  }

  /** What everybody gets from the public listener. */
  publicGet(path: string): Promise<string> {
    return new Promise((found, failed) => {
      const asked = request(`https://${this.publicAddress}${path}`, { rejectUnauthorized: false, agent: false }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (some: string) => { text += some; }).on('end', () => found(text));
      });
      asked.on('error', failed);
      asked.end();
    });
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
    const more = words[0] === 'add' || words[0] === 'reset-totp' ? ['--database', join(this.folder, 'gateway.sqlite')] : [];
    return spawnSync(environment('MADOGUCHI_GATEWAY'), ['staff', ...words, ...more], { input, encoding: 'utf8' });
  }

  numbersCommand(words: string[]): { status: number | null; stdout: string; stderr: string } {
    return spawnSync(environment('MADOGUCHI_GATEWAY'), ['numbers', ...words, '--database', join(this.folder, 'gateway.sqlite')],
      { encoding: 'utf8' });
  }

  /** As an administrator does on the gateway's own machine. */
  account(name: string, role: StaffRole, badge?: string): Account {
    const password = `${name} opens the desk`;
    const words = ['add', name, '--role', role, ...(badge === undefined ? [] : ['--badge', badge])];
    const { stdout, stderr } = this.staffCommand(words, `${password}\n`);
    if (stdout === '') throw new Error(stderr);
    return accountOf(name, password, stdout);
  }

  /** A browser of its own, as on another tablet. */
  async tablet(settings: { locale?: string; width?: number; height?: number } = {}): Promise<Tablet> {
    return Tablet.open(this.browser, this.url, settings);
  }
}
