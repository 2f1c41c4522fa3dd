// Who gets in, how long, and what each role finds there: the real gateway, a real browser.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { base32, Desk, nextCode, totp, type Account, type Tablet } from './desk';
import { Hub } from './hub';

let desk: Desk;
let tablet: Tablet;
beforeAll(async () => {
  desk = await Desk.open();
});
afterAll(async () => {
  expect(await desk.close()).toBe(0);
});

const notice = (over: Tablet) => over.page.waitForSelector('.news.good, .news.bad');

it('a wrong code, a wrong password and a wrong name are told the same; then the right ones open', async () => {
  const account = desk.account('tanaka', 'volunteer');
  tablet = await desk.tablet();
  await tablet.open();
  expect(await tablet.heading()).toBe('ログイン');
  const wrong = async (who: Account, code: string, password?: string) => {
    await tablet.fillLogin(who, code, password);
    await notice(tablet);
    const said = await tablet.news();
    await tablet.open();
    return said;
  };
  const first = await wrong(account, '000000');
  expect(first).toContain('ログインできませんでした');
  expect(await wrong(account, totp(account.secret, Math.floor(Date.now() / 30_000)), 'not the password')).toBe(first);
  expect(await wrong({ ...account, name: 'nobody' }, '000000')).toBe(first);
  expect(await tablet.context.cookies()).toEqual([]);

  await tablet.logIn(account);
  expect(await tablet.heading()).toBe('利用者の支援');
  const [cookie, ...others] = await tablet.context.cookies();
  expect(others).toEqual([]);
  expect(cookie).toMatchObject({ name: '__Host-console', secure: true, httpOnly: true, sameSite: 'Strict', path: '/' });
  expect(await tablet.page.evaluate(() => document.cookie)).toBe('');
  // The same code again, on another tablet.
  const other = await desk.tablet();
  await other.open();
  await other.fillLogin(account, totp(account.secret, account.used));
  await notice(other);
  expect(await other.news()).toBe(first);
  await other.close();
});

it('a page that is loaded anew is still logged in; logging out ends it for good', async () => {
  await tablet.page.reload();
  await tablet.page.waitForSelector('nav');
  const [before] = await tablet.context.cookies();
  await tablet.page.click('[data-key=logout]');
  await notice(tablet);
  expect(await tablet.news()).toBe('ログアウトしました。');
  expect(await tablet.context.cookies()).toEqual([]);
  // Who kept the cookie has nothing.
  await tablet.context.addCookies([before!]);
  await tablet.open();
  expect(await tablet.heading()).toBe('ログイン');
  expect(tablet.complaints).toEqual([]);
  await tablet.close();
});

it('guessing has to wait, and is told for how long', async () => {
  const account = desk.account('kato', 'staff');
  tablet = await desk.tablet({ locale: 'en-US' });
  await tablet.open();
  for (let i = 0; i < 6; ++i) {
    const answered = tablet.page.waitForResponse(/login$/);
    await tablet.fillLogin(account, '000000', 'a wrong password');
    expect((await answered).status()).toBe(i < 5 ? 401 : 429);
  }
  await tablet.page.waitForFunction(() => /try again in \d second/.test(document.querySelector('.news')!.textContent!));
  await tablet.close();
});

it('what a volunteer may not do is neither shown nor done', async () => {
  const account = desk.account('mori', 'volunteer');
  tablet = await desk.tablet();
  await tablet.logIn(account);
  const menu = await tablet.page.locator('nav a').allTextContents();
  expect(menu).toEqual(['利用者の支援', 'レッスン', '受付', '予約', 'ビデオ相談', 'キオスクの状態', '利用状況', 'パスワードの変更']);
  await tablet.open('#/staff');
  expect(await tablet.heading()).toBe('利用者の支援');
  const answers = await tablet.page.evaluate(async () => {
    const me = await (await fetch('/console/api/me')).json() as { csrf: string };
    const post = (headers: Record<string, string>) =>
      fetch('/console/api/staff', { method: 'POST', headers, body: '{"name":"x","role":"admin"}' });
    return [
      (await fetch('/console/api/staff')).status,
      (await post({ 'X-CSRF-Token': me.csrf })).status,
      (await post({})).status,
    ];
  });
  expect(answers).toEqual([403, 403, 403]);
  await tablet.close();
});

it('nobody there for half an hour: the page closes itself', async () => {
  const account = desk.account('ueda', 'volunteer');
  tablet = await desk.tablet();
  await tablet.page.clock.install();
  await tablet.logIn(account);
  await tablet.page.clock.fastForward('29:00');
  expect(await tablet.heading()).toBe('利用者の支援');
  await tablet.page.clock.fastForward('01:10');
  await notice(tablet);
  expect(await tablet.news()).toContain('安全のため、ログアウトしました');
  await tablet.close();
});

it('an administrator registers, logs out and disables', async () => {
  const admin = desk.account('admin', 'admin');
  const office = await desk.tablet();
  await office.logIn(admin);
  await office.page.click('[data-key="menu.staff"]');
  await office.page.waitForSelector('tbody tr');
  await office.page.fill('#staff-name', 'sato.hanako');
  await office.page.selectOption('#staff-role', 'volunteer');
  await office.page.click('form button.primary');
  await office.page.waitForSelector('dialog code');
  const [name, password, key] = await office.page.locator('dialog code').allTextContents();
  expect(name).toBe('sato.hanako');
  await office.page.click('dialog button');

  const made: Account = { name: name!, password: password!, secret: base32(key!.replaceAll(' ', '')), used: 0 };
  tablet = await desk.tablet();
  await Hub.at(tablet.page); // so that only what is done here tells the page that its session is over
  await tablet.logIn(made);
  expect(await tablet.page.textContent('.who p')).toBe('sato.hanakoさん（地域ITリーダー）');

  await office.page.reload();
  const row = office.page.locator('tr', { hasText: 'sato.hanako' });
  await row.getByRole('button', { name: 'すべての端末からログアウト' }).click();
  await office.page.click('dialog .primary');
  await notice(office);
  expect(await office.news()).toBe('sato.hanakoさんは、すべての端末からログアウトしました。');
  // At the next thing that is asked of the gateway, that tablet is out.
  await tablet.page.click('[data-key="menu.account"]');
  await tablet.page.fill('#account-now', 'x');
  await tablet.page.fill('#account-next', 'a new password');
  await tablet.page.fill('#account-again', 'a new password');
  await tablet.page.click('form button.primary');
  await tablet.page.waitForSelector('#login-name');
  expect(await tablet.news()).toContain('安全のため、ログアウトしました');

  await row.getByRole('button', { name: '停止' }).click();
  await office.page.click('dialog .primary');
  await office.page.waitForFunction(() => document.querySelector('.news')!.textContent!.includes('停止しました'));
  await tablet.fillLogin(made, await nextCode(made));
  await tablet.page.waitForSelector('.news.bad');
  expect(await tablet.news()).toContain('ログインできませんでした');
  expect([...office.complaints, ...tablet.complaints]).toEqual([]);
  await office.close();
  await tablet.close();
});

it('the command that makes accounts: wrong words are one line and exit code 2', () => {
  const attempt = (words: string[], input = 'long enough to be one\n') => {
    const { status, stdout, stderr } = desk.staffCommand(words, input);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    return { status, stdout, stderr };
  };
  desk.account('taken', 'staff');
  for (const [words, because] of [
    [['add', 'Sato', '--role', 'staff'], 'NAME'],
    [['add', 'sato', '--role', 'boss'], '--role'],
    [['add', 'taken', '--role', 'staff'], 'exists already'],
    [['remove', 'taken'], 'subcommand'],
  ] as const) {
    expect(attempt([...words])).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining(because) });
  }
  expect(attempt(['add', 'short', '--role', 'staff'], 'too short\n').stderr).toContain('12 to 128');
});

it('a new password counts from now on, and logs the other tablets out', async () => {
  const account = desk.account('ito', 'staff');
  tablet = await desk.tablet();
  const other = await desk.tablet();
  await tablet.logIn(account);
  await other.logIn(account);
  await tablet.page.click('[data-key="menu.account"]');
  const change = async (now: string, next: string, again = next) => {
    await tablet.page.fill('#account-now', now);
    await tablet.page.fill('#account-next', next);
    await tablet.page.fill('#account-again', again);
    const before = await tablet.news();
    await tablet.page.click('form button.primary');
    await tablet.page.waitForFunction((old) => {
      const now = document.querySelector('.news')!.textContent!;
      return now !== '' && now !== old;
    }, before);
    return tablet.news();
  };
  expect(await change(account.password, 'fresh and long', 'fresh and wrong')).toContain('一致していません');
  expect(await change('not it', 'fresh and long')).toContain('今のパスワードが合いませんでした');
  expect(await change(account.password, 'short')).toContain('12文字以上');
  expect(await change(account.password, 'fresh and long')).toContain('変更しました');
  await other.page.reload();
  await other.page.waitForSelector('#login-name');
  await other.fillLogin(account, await nextCode(account), 'fresh and long');
  await other.page.waitForSelector('nav');
  expect(tablet.complaints).toEqual([]);
  await other.close();
  await tablet.close();
});
