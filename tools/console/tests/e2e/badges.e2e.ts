// Badges and the accounts that are tied to them, through the real gateway: what a volunteer sees is what the own badge has
// begun, whatever the browser asks for; a lost badge and a lost telephone.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { accountOf, Desk, nextCode, out, type Account, type Tablet } from './desk';
import { sample } from './hub';
import { KioskEnd } from './kiosk';
import { clipped, violations } from './look';
import { join } from 'node:path';

let desk: Desk;
let office: Tablet;
let tablet: Tablet;
let volunteer: Account;
let kiosks: KioskEnd[];
beforeAll(async () => {
  desk = await Desk.open();
  office = await desk.tablet();
  await office.logIn(desk.account('admin', 'admin'));
  volunteer = desk.account('sato.hanako', 'volunteer');
  tablet = await desk.tablet();
  await tablet.logIn(volunteer);
  kiosks = [await KioskEnd.connect(desk.kioskAddress, desk.kioskFiles()),
    await KioskEnd.connect(desk.kioskAddress, desk.makeKiosk('kiosk-002'))];
  kiosks[0]!.begin('s-5', '5');
  kiosks[0]!.show(sample('kind'));
  kiosks[1]!.begin('s-6', '6');
  kiosks[1]!.show(sample('review'));
});
afterAll(async () => {
  for (const kiosk of kiosks) kiosk.cut();
  expect([...office.complaints, ...tablet.complaints]).toEqual([]);
  expect(await desk.close()).toBe(0);
});

const told = (on: Tablet, words: string) =>
  on.page.waitForFunction((what) => document.querySelector('.news')?.textContent?.includes(what), words);

async function look(name: string): Promise<void> {
  expect(await clipped(office.page), name).toEqual([]);
  await office.page.screenshot({ path: join(out, `${name}.png`), fullPage: true });
  expect(await violations(office.page), name).toEqual([]);
}

it('an account without a badge sees no session, and is told what to do', async () => {
  await tablet.open('#/help');
  await tablet.page.waitForFunction(() => document.querySelector('.hidden-notice')?.textContent?.includes('まだバッジの番号が登録されていません'));
  expect(await tablet.page.textContent('.count')).toBe('いま支援を受けている方はいません。');
  expect(await violations(tablet.page)).toEqual([]);
});

it('an administrator registers a badge', async () => {
  await office.page.click('[data-key="menu.badges"]');
  await office.page.waitForSelector('.empty');
  const fill = async (helper: string, card: string) => {
    await office.page.fill('#badge-helper', helper);
    await office.page.fill('#badge-card', card);
    await office.page.click('form button.primary');
  };
  await fill('5', '01:23:45');
  await told(office, '入力した内容を');
  await fill('5', '01:23:45:67:89:AB:CD:EF');
  await told(office, 'バッジ5番を登録しました');
  await fill('5', '0123456789abcdee');
  await told(office, 'ほかに使えるバッジがあります');
  await office.page.selectOption('#badge-kind', 'iso14443a');
  await fill('6', '01020304');
  await told(office, 'バッジ6番を登録しました');
});

it('and ties it to the account: from then on its sessions are seen, and no others', async () => {
  await office.page.click('[data-key="menu.staff"]');
  await office.page.click('[data-key="change_badge.sato.hanako"]');
  await office.page.fill('#own-badge', '5');
  await look('change-badge');
  await office.page.click('dialog .primary');
  await told(office, 'sato.hanakoさんのバッジを変更しました');
  await tablet.open('#/help');
  await tablet.page.reload();
  await tablet.page.waitForSelector('.card');
  expect(await tablet.page.locator('.card').count()).toBe(1);
  await tablet.page.click('[data-key="open.s-5"]');
  await tablet.page.waitForSelector('[data-screen=kind]');
  await tablet.page.click('[data-control="kind.seal"]');
  await expect.poll(() => kiosks[0]!.pointings().length).toBe(1);
});

it('a browser that asks for somebody else\'s session gets nothing of it', async () => {
  const heard = await tablet.page.evaluate(async () => {
    const socket = new WebSocket(`wss://${location.host}/console/api/live`, 'madoguchi-console-1');
    const all: string[] = [];
    socket.addEventListener('message', ({ data }) => all.push(String(data)));
    await new Promise((opened) => socket.addEventListener('open', opened));
    const say = (message: unknown) => socket.send(JSON.stringify(message));
    say({ type: 'watch', session: 's-6' });
    say({ type: 'point', number: 1, control: 'pay', phrase: 'press_here' });
    say({ type: 'point_nowhere' });
    say({ type: 'end_help', outcome: 'solved' });
    // Its own one afterwards: when that mirror has come, everything before it was dealt with.
    say({ type: 'watch', session: 's-5' });
    await new Promise<void>((come) => socket.addEventListener('message', ({ data }) => { if (String(data).includes('"mirror"')) come(); }));
    socket.close();
    return all;
  });
  expect(heard.some((one) => one.includes('s-5'))).toBe(true);
  expect(heard.filter((one) => one.includes('s-6') || one.includes('review'))).toEqual([]);
  expect(kiosks[1]!.heard).toEqual([]);
  const statuses = await tablet.page.evaluate(async () => Promise.all(['/badges', '/staff'].map(async (path) =>
    (await fetch(`/console/api${path}`)).status)));
  expect(statuses).toEqual([403, 403]);
});

it('the pages in both languages and sizes', async () => {
  for (const language of ['ja', 'en']) {
    for (const size of ['m', 'xl']) {
      await office.page.setViewportSize({ width: size === 'm' ? 1280 : 800, height: 900 });
      await office.page.click(`[data-key="language.${language}"]`);
      await office.page.click(`[data-key="size.${size}"]`);
      for (const place of ['badges', 'staff']) {
        await office.page.click(`[data-key="menu.${place}"]`);
        await office.page.waitForSelector('tbody tr');
        await look(`${place}-${language}-${size}`);
      }
    }
  }
  await office.page.setViewportSize({ width: 1280, height: 900 });
  await office.page.click('[data-key="language.ja"]');
  await office.page.click('[data-key="size.m"]');
});

it('a badge that is revoked shows nothing more, and its helper is told', async () => {
  await office.page.click('[data-key="menu.badges"]');
  await office.page.locator('tr', { hasText: 'sato.hanako' }).getByRole('button').click();
  await office.page.click('dialog .primary');
  await told(office, 'バッジ5番を無効にしました');
  await look('badges-revoked');
  await tablet.open('#/help');
  await tablet.page.reload();
  await tablet.page.waitForFunction(() => document.querySelector('.hidden-notice')?.textContent?.includes('バッジ5番は、登録されていないか'));
  expect(await tablet.page.locator('.card').count()).toBe(0);
});

it('a lost telephone: a new key, and every device is logged out', async () => {
  await office.page.click('[data-key="menu.staff"]');
  await office.page.click('[data-key="reset_totp.sato.hanako"]');
  await office.page.click('dialog .primary');
  await office.page.waitForSelector('dialog code');
  await look('reset');
  const key = (await office.page.textContent('dialog code'))!.replaceAll(' ', '');
  await office.page.click('dialog button');
  await tablet.page.reload();
  await tablet.page.waitForSelector('#login-name');
  await tablet.fillLogin(volunteer, await nextCode(volunteer));
  await tablet.page.waitForSelector('.news.bad');
  const again = accountOf(volunteer.name, volunteer.password, `otpauth://totp/x?secret=${key}`);
  await tablet.logIn(again);
});

it('the same by the command', async () => {
  const reset = desk.staffCommand(['reset-totp', 'sato.hanako'], '');
  expect(reset).toMatchObject({ status: 0, stdout: expect.stringContaining('otpauth://totp/') });
  await tablet.page.reload();
  await tablet.page.waitForSelector('#login-name');
  await tablet.logIn(accountOf(volunteer.name, volunteer.password, reset.stdout));
  for (const [words, because] of [
    [['reset-totp', 'nobody'], 'no such account'],
    [['reset-totp'], 'name'],
    [['add', 'tanaka', '--badge', '5'], "another account's"],
    [['add', 'tanaka', '--badge', 'x'.repeat(65)], '--badge'],
  ] as const) {
    const { status, stdout, stderr } = desk.staffCommand([...words], 'long enough to be one\n');
    expect({ status, stdout, lines: stderr.trim().split('\n').length }).toEqual({ status: 2, stdout: '', lines: 1 });
    expect(stderr).toContain(because);
  }
});
