// The application: who is logged in, which page, which language. Pages know nothing of each other.

import { Api, Refused } from './api';
import { h, replaceContent } from './dom';
import { StaffRoleNames, type Me, type StaffRole } from './generated/messages';
import { Live } from './live';
import type { Args } from './message_format';
import { refusalWords, type Context, type Page } from './page';
import { accountPage } from './pages/account';
import { badgesPage } from './pages/badges';
import { bookingsPage } from './pages/bookings';
import { consultPage } from './pages/consult';
import { helpPage } from './pages/help';
import { kiosksPage } from './pages/kiosks';
import { lessonsPage } from './pages/lessons';
import { loginPage } from './pages/login';
import { numbersPage } from './pages/numbers';
import { queuePage } from './pages/queue';
import { sessionPage } from './pages/session';
import { staffPage } from './pages/staff';
import { isLanguage, languages, words, type Key, type Language } from './words';

type Size = 'm' | 'xl';

interface Place {
  path: string;
  label: Key;
  least: StaffRole;
  page: (context: Context, rest: string) => Page;
}

/** What is in the menu, in its order. The gateway has the last word about who may what. */
const places: Place[] = [
  { path: 'help', label: 'menu.help', least: 'volunteer',
    page: (context, rest) => (rest === '' ? helpPage(context) : sessionPage(context, rest)) },
  { path: 'lessons', label: 'menu.lessons', least: 'volunteer', page: lessonsPage },
  { path: 'queue', label: 'menu.queue', least: 'volunteer', page: queuePage },
  { path: 'bookings', label: 'menu.bookings', least: 'volunteer', page: bookingsPage },
  { path: 'consult', label: 'menu.consult', least: 'volunteer', page: consultPage },
  { path: 'kiosks', label: 'menu.kiosks', least: 'volunteer', page: kiosksPage },
  { path: 'stats', label: 'menu.stats', least: 'volunteer', page: numbersPage },
  { path: 'staff', label: 'menu.staff', least: 'admin', page: staffPage },
  { path: 'badges', label: 'menu.badges', least: 'admin', page: badgesPage },
  { path: 'account', label: 'menu.account', least: 'volunteer', page: accountPage },
];

/** How often somebody who works here lets the gateway know: well within the session's idle time. */
const sign_of_life_ms = 5 * 60_000;
const tick_ms = 10_000;

export class App {
  private language: Language = isLanguage(localStorage.getItem('language'))
    ? (localStorage.getItem('language') as Language)
    : navigator.language.startsWith('ja') ? 'ja' : 'en';
  private size: Size = localStorage.getItem('size') === 'xl' ? 'xl' : 'm';
  private readonly api = new Api();
  private readonly live = new Live(() => this.page?.update?.(), () => this.lostTouch());
  private me: Me | null = null;
  private page: Page | null = null;
  /** Why somebody who was logged in sees the login page. */
  private notice: (() => string) | null = null;
  private endsAt = 0;
  private idleAt = 0;
  private asked = 0;
  private acted = 0;

  private readonly say = (key: Key, args: Args = {}): string => words(this.language, key, args);

  async start(): Promise<void> {
    this.api.onLoggedOut = () => this.leave('login.over');
    addEventListener('hashchange', () => this.show(true));
    for (const kind of ['pointerdown', 'keydown']) addEventListener(kind, () => this.act(), { capture: true });
    setInterval(() => this.tick(), tick_ms);
    try {
      this.enter(await this.api.me());
    } catch (error) {
      if (!(error instanceof Refused && error.code === 'not_logged_in')) {
        this.notice = () => refusalWords(error, this.say);
      }
      this.show(false);
    }
  }

  private enter(me: Me): void {
    this.me = me;
    this.notice = null;
    this.renewed();
    this.live.start();
    this.show(true);
  }

  private leave(notice: Key): void {
    if (!this.me) return;
    this.me = null;
    this.notice = () => this.say(notice);
    this.live.stop();
    this.show(true);
  }

  private renewed(): void {
    this.asked = Date.now();
    this.endsAt = this.asked + (this.me?.ends_in_s ?? 0) * 1000;
    this.idleAt = this.asked + (this.me?.idle_s ?? 0) * 1000;
  }

  /** Somebody works: the gateway hears of it now and then, so that the session goes on. */
  private act(): void {
    this.acted = Date.now();
    if (this.me && this.acted - this.asked > sign_of_life_ms) void this.stillThere();
  }

  /**
   * The live connection broke, perhaps because the session is over. Only somebody who works here asks: the question
   * would keep a session alive that nobody uses.
   */
  private lostTouch(): void {
    if (this.me && Date.now() - this.acted < sign_of_life_ms) void this.stillThere();
  }

  /** Asks whether the session is alive. That nobody answers says nothing about it. */
  private async stillThere(): Promise<void> {
    this.asked = Date.now();
    try {
      const before = this.me;
      this.me = await this.api.me();
      this.renewed();
      // An administrator has given or taken a badge.
      if (before && (before.sees !== this.me.sees || before.badge !== this.me.badge)) this.show(false);
    } catch (error) {
      if (error instanceof Refused && error.code === 'not_logged_in') this.leave('login.over');
    }
  }

  private tick(): void {
    if (!this.me) return;
    if (this.live.calls.busy) this.act();  // whoever talks works
    if (Date.now() >= Math.min(this.endsAt, this.idleAt)) this.leave('login.over');
    else this.page?.update?.();
  }

  private async logout(): Promise<void> {
    try {
      await this.api.logout();
    } catch {
      // The session ends by itself at the latest; whoever leaves must see that the page is closed.
    }
    this.leave('login.out');
  }

  private allowed(): Place[] {
    const rank = this.me ? StaffRoleNames.indexOf(this.me.role) : -1;
    return places.filter(({ least }) => StaffRoleNames.indexOf(least) <= rank);
  }

  /** `arrived`: the page is new to who reads it, so its heading gets the focus. */
  private show(arrived: boolean): void {
    this.page?.leave?.();
    this.page = null;
    const [path = '', ...rest] = location.hash.replace(/^#\//, '').split('/');
    const place = this.allowed().find((one) => one.path === path) ?? this.allowed()[0];
    if (this.me && place) this.page = place.page(this.context(this.me), decodeURIComponent(rest.join('/')));
    const page = this.page ?? loginPage(this.say, this.api, this.notice?.() ?? '', (me) => this.enter(me));
    document.documentElement.lang = this.language;
    document.documentElement.className = `size-${this.size}`;
    document.title = this.say('app.title', { page: page.title, app: this.say('app.name') });
    for (const dialog of document.querySelectorAll('dialog')) dialog.close();
    replaceContent(
      document.body,
      h('a', { class: 'skip', href: '#main', click: (event) => this.skip(event) }, this.say('app.skip')),
      this.header(),
      this.me && this.navigation(place),
      h('main', { id: 'main', tabindex: -1 }, page.view),
    );
    if (arrived) document.querySelector<HTMLElement>('h1')?.focus();
  }

  private context(me: Me): Context {
    return {
      language: this.language, api: this.api, live: this.live, me, say: this.say,
    };
  }

  private skip(event: Event): void {
    event.preventDefault();
    document.querySelector<HTMLElement>('#main')?.focus();
  }

  private header(): HTMLElement {
    const choice = (key: string, pressed: boolean, label: string, lang: string, click: () => void) =>
      h('button', {
        type: 'button', class: 'choice', 'data-key': key, 'aria-pressed': pressed ? 'true' : 'false', lang, click,
      }, label);
    const own_names: Record<Language, string> = { ja: '日本語', en: 'English' };
    return h(
      'header',
      {},
      h('p', { class: 'app-name' }, this.say('app.name')),
      h('div', { class: 'settings' },
        h('div', { role: 'group', 'aria-label': this.say('app.language') },
          languages.map((one) => choice(`language.${one}`, one === this.language, own_names[one], one, () => {
            localStorage.setItem('language', one);
            this.language = one;
            this.show(false);
          }))),
        h('div', { role: 'group', 'aria-label': this.say('app.size') },
          (['m', 'xl'] as const).map((one) =>
            choice(`size.${one}`, one === this.size, this.say(`app.size_${one}`), this.language, () => {
              localStorage.setItem('size', one);
              this.size = one;
              this.show(false);
            })))),
    );
  }

  private navigation(here: Place | undefined): HTMLElement | null {
    if (!this.me) return null;
    const { name, role } = this.me;
    return h(
      'nav',
      { 'aria-label': this.say('app.menu') },
      h('ul', {}, this.allowed().map((place) =>
        h('li', {}, h('a', {
          href: `#/${place.path}`, 'data-key': `menu.${place.path}`, 'aria-current': place === here ? 'page' : null,
        }, this.say(place.label))))),
      h('div', { class: 'who' },
        h('p', {}, this.say('app.signed_in_as', { name, role: this.say(`role.${role}`) })),
        h('button', { type: 'button', class: 'secondary small', 'data-key': 'logout', click: () => void this.logout() },
          this.say('app.logout'))),
    );
  }
}
