// Every page in both languages and text sizes: what axe-core finds, whether it fits, and a picture of it. Then the
// pointing, with the mouse and with the keyboard alone.

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Desk, nextCode, out, type Account, type Tablet } from './desk';
import { Hub, sample, screens } from './hub';
import { clipped, violations } from './look';

let desk: Desk;
let account: Account;
let tablet: Tablet;
let hub: Hub;
beforeAll(async () => {
  desk = await Desk.open(['3', '8']);
  account = desk.account('admin', 'admin');
  desk.account('sato.hanako', 'volunteer', '3');
  desk.account('yamada-taro', 'staff');
  tablet = await desk.tablet();
  hub = await Hub.at(tablet.page);
  hub.mirrors['s1'] = { screen: sample('kind'), hidden: false };
  hub.mirrors['s2'] = { screen: { ...sample('review'), language: 'en' }, hidden: false };
  await tablet.logIn(account);
});
afterAll(async () => {
  expect(tablet.complaints).toEqual([]);
  expect(await desk.close()).toBe(0);
});

async function look(name: string, whole = true): Promise<void> {
  expect(await clipped(tablet.page), name).toEqual([]);
  if (!whole) return;
  await tablet.page.mouse.move(0, 0);
  await tablet.page.screenshot({ path: join(out, `${name}.png`), fullPage: true });
  expect(await violations(tablet.page), name).toEqual([]);
}

async function choose(language: string, size: string): Promise<void> {
  await tablet.page.click(`[data-key="language.${language}"]`);
  await tablet.page.click(`[data-key="size.${size}"]`);
}

describe('pages', () => {
  for (const width of [1280, 800]) {
    for (const language of ['ja', 'en']) {
      for (const size of ['m', 'xl']) {
        const name = `${language}-${size}-${width}`;
        // The two extremes are looked at in full, the others must fit.
        const whole = (width === 1280) === (size === 'm');
        it(name, async () => {
          await tablet.page.setViewportSize({ width, height: 900 });
          await tablet.open('#/help');
          await choose(language, size);
          await tablet.page.waitForSelector('.card');
          await look(`help-${name}`, whole);
          await tablet.page.click('[data-key="open.s1"]');
          await tablet.page.waitForSelector('.screen');
          await tablet.page.click('[data-control="kind.seal"]');
          hub.say({ type: 'pointed', session: 's1', order: Date.now(), shown: true });
          await tablet.page.waitForSelector('[aria-pressed=true] .ring-mark');
          await look(`session-${name}`, whole);
          await tablet.page.click('[data-key=end]');
          await look(`session-end-${name}`, whole);
          await tablet.open('#/help/s2');
          await tablet.page.waitForSelector('.screen');
          await look(`session-other-language-${name}`, whole);
          await tablet.open('#/kiosks');
          await tablet.page.waitForSelector('tbody tr');
          await look(`kiosks-${name}`, whole);
          await tablet.open('#/lessons');
          await tablet.page.waitForSelector('tbody tr');
          expect(await tablet.page.locator('tbody tr').count()).toBe(9);
          await look(`lessons-${name}`, whole);
          await tablet.page.click('[data-key="lesson.fraud"]');
          await tablet.page.waitForSelector('.lesson-steps');
          await look(`lesson-${name}`, whole);
          await tablet.open('#/staff');
          await tablet.page.waitForSelector('tbody tr');
          await look(`staff-${name}`, whole);
          await tablet.page.click('[data-key="disable.sato.hanako"]');
          await look(`staff-question-${name}`, whole);
          await tablet.page.keyboard.press('Escape');
          await tablet.open('#/badges');
          await tablet.page.waitForSelector('tbody tr');
          await look(`badges-${name}`, whole);
          await tablet.open('#/account');
          await look(`account-${name}`, whole);
        });
      }
    }
  }

  it('every screen of the kiosk', async () => {
    await tablet.page.setViewportSize({ width: 1280, height: 900 });
    await tablet.open('#/help/s1');
    for (const language of ['ja', 'en']) {
      await choose(language, 'm');
      for (const screen of screens) {
        hub.show('s1', { ...screen, language }, screen.name === 'hidden');
        await tablet.page.waitForSelector(`[data-screen="${screen.name}"]`);
        await look(`mirror-${language}-${screen.name}`);
      }
    }
    await choose('ja', 'm');
  });

  it('nobody is helped, nobody is there', async () => {
    const state = hub.state;
    hub.state = [];
    await tablet.page.reload();
    await tablet.open('#/help');
    await tablet.page.waitForFunction(() => document.querySelector('.count')?.textContent === 'いま支援を受けている方はいません。');
    await look('help-empty');
    await tablet.open('#/help/s1');
    await look('session-over');
    hub.state = state;
    await tablet.page.reload();
  });
});

describe('pointing', () => {
  const sent = () => hub.heard.filter(({ type }) => type !== 'watch');

  it('a click points, a phrase is said, and the answer is told', async () => {
    await tablet.open('#/help/s1');
    hub.show('s1', sample('kind'));
    await tablet.page.waitForSelector('[data-screen=kind]');
    hub.heard.length = 0;
    const status = () => tablet.page.textContent('.pointing-status');
    await tablet.page.click('[data-control="kind.residence"]');
    expect(await status()).toBe('「住民票の写し」を指し示しています…');
    hub.say({ type: 'pointed', session: 's1', order: Date.now(), shown: true });
    await tablet.page.waitForFunction(() => document.querySelector('.pointing-status')!.textContent!.includes('指し示しました'));
    await tablet.page.click('[data-key="phrase.take_your_time"]');
    hub.say({ type: 'pointed', session: 's1', order: Date.now(), shown: false });
    await tablet.page.waitForFunction(() => document.querySelector('.pointing-status')!.textContent!.includes('画面が変わったため'));
    await tablet.page.click('[data-key=away]');
    await tablet.page.click('[data-key=end]');
    await tablet.page.selectOption('#topic', 'cashless');
    await tablet.page.click('[data-key="outcome.solved"]');
    await expect.poll(sent).toEqual([
      { type: 'point', number: expect.any(Number), control: 'kind.residence', phrase: 'none' },
      { type: 'point', number: expect.any(Number), control: 'kind.residence', phrase: 'take_your_time' },
      { type: 'point_nowhere' },
      { type: 'end_help', topic: 'cashless', outcome: 'solved' },
    ]);
    hub.say({ type: 'session_gone', session: 's1' });
    await tablet.page.waitForFunction(() => document.querySelector('.facts')!.textContent === 'この支援は終わりました。');
    await tablet.page.reload();
  });

  it('what is hidden is said, and can still be pointed at', async () => {
    await tablet.open('#/help/s1');
    hub.show('s1', sample('pin'), true);
    await tablet.page.waitForSelector('.hidden-notice:not(:empty)');
    hub.heard.length = 0;
    await tablet.page.click('[data-control="erase"]');
    await expect.poll(sent).toEqual([{ type: 'point', number: expect.any(Number), control: 'erase', phrase: 'none' }]);
  });

  it("the resident's language, or the helper's own", async () => {
    await tablet.open('#/help/s2');
    hub.show('s2', { ...sample('review'), language: 'en' });
    await tablet.page.waitForFunction(() => document.querySelector('.screen')?.getAttribute('lang') === 'en');
    await tablet.page.click('[data-key="shown.true"]');
    expect(await tablet.page.getAttribute('.screen', 'lang')).toBe('ja');
    expect(await tablet.page.textContent('.screen-title')).toBe('この内容でよろしいですか');
  });
});

it('the keyboard alone: log in, walk the menu, point, end, log out', async () => {
  const keys = await desk.tablet();
  const own = await Hub.at(keys.page);
  own.mirrors['s1'] = { screen: sample('kind'), hidden: false };
  const { keyboard } = keys.page;
  const focused = () => keys.page.evaluate(() => {
    const element = document.activeElement as HTMLElement;
    return element.dataset['key'] ?? (element.id || element.textContent!.trim());
  });
  /** Tab until that has the focus; it must come within one round, and what has the focus must be seen to have it. */
  const tabTo = async (wanted: string) => {
    for (let i = 0; i < 60; ++i) {
      await keyboard.press('Tab');
      const ring = await keys.page.evaluate(() =>
        document.activeElement === document.body ? 'solid' : getComputedStyle(document.activeElement!).outlineStyle);
      expect(ring, await focused()).toBe('solid');
      if ((await focused()) === wanted) return;
    }
    throw new Error(`Tab never comes to ${wanted}`);
  };
  await keys.open();
  await tabTo('login-name');
  await keyboard.type(account.name);
  await tabTo('login-password');
  await keyboard.type(account.password);
  await tabTo('login-code');
  await keyboard.type(await nextCode(account));
  await keyboard.press('Enter');
  await keys.page.waitForSelector('.card');
  expect(await focused()).toBe('利用者の支援'); // the heading of the new page
  await tabTo('open.s1');
  await keyboard.press('Enter');
  await keys.page.waitForSelector('.screen');
  await tabTo('control.kind.tax');
  await keyboard.press('Space');
  expect(await focused()).toBe('control.kind.tax');
  own.say({ type: 'pointed', session: 's1', order: Date.now(), shown: true });
  await tabTo('phrase.well_done');
  await keyboard.press('Enter');
  await tabTo('end');
  await keyboard.press('Enter');
  await keys.page.waitForSelector('dialog[open]');
  await keyboard.press('Escape');
  expect(await focused()).toBe('end');
  for (const place of ['kiosks', 'staff', 'badges', 'account']) {
    await keys.page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await tabTo(`menu.${place}`);
    await keyboard.press('Enter');
    await keys.page.waitForFunction((key) =>
      document.querySelector('[aria-current]')?.getAttribute('data-key') === key, `menu.${place}`);
  }
  await tabTo('logout');
  await keyboard.press('Enter');
  await keys.page.waitForSelector('#login-name');
  expect(own.heard.filter(({ type }) => type === 'point')).toEqual([
    { type: 'point', number: expect.any(Number), control: 'kind.tax', phrase: 'none' },
    { type: 'point', number: expect.any(Number), control: 'kind.tax', phrase: 'well_done' },
  ]);
  expect(keys.complaints).toEqual([]);
  await keys.close();
});

it('the login page', async () => {
  const before = tablet;
  tablet = await desk.tablet();
  for (const language of ['ja', 'en']) {
    for (const size of ['m', 'xl']) {
      await tablet.open();
      await choose(language, size);
      await look(`login-${language}-${size}`);
      await tablet.page.click('form button.primary');
      await tablet.page.waitForSelector('.news.bad');
      await look(`login-wrong-${language}-${size}`);
    }
  }
  expect(tablet.complaints).toEqual([]);
  await tablet.close();
  tablet = before;
});

it('the lessons at home, which are for everybody', async () => {
  const before = tablet;
  tablet = await desk.tablet({ width: 400, height: 800 });
  const home = `https://${desk.publicAddress}/lessons`;
  for (const language of ['ja', 'en']) {
    for (const path of ['', '/fraud', '/touch_basics', '/no-such-lesson']) {
      await tablet.page.goto(`${home}${path}?lang=${language}`);
      expect(await tablet.page.getAttribute('html', 'lang')).toBe(language);
      await look(`home${path.replace('/', '-')}-${language}`);
    }
    await tablet.page.goto(`${home}/fraud?lang=${language}`);
    const opens = tablet.page.locator('summary').first();
    expect(await opens.textContent()).toBe(language === 'ja' ? '答えを見る' : 'See the answer');
    expect(await tablet.page.locator('.answer').first().isVisible()).toBe(false);
    await opens.click();
    expect(await tablet.page.locator('.answer').first().isVisible()).toBe(true);
    await look(`home-fraud-open-${language}`);
  }
  await tablet.close();
  tablet = before;
});
