// One session: the resident's screen, and what a helper can do: point, say a phrase, end. There is nothing to press.

import { h, replaceContent } from '../dom';
import { PhraseNames, type Control, type Phrase, type Screen } from '../generated/messages';
import type { LiveSession } from '../live';
import { mirrorScreen } from '../mirror/screen';
import { mirrorWords, type Reading } from '../mirror/text';
import { ask, type Context, type Page } from '../page';
import { kioskLanguages } from '../words';
import { languageName, timeLeft } from './help';

const phrases = PhraseNames.filter((name): name is Exclude<Phrase, 'none'> => name !== 'none');

export function sessionPage(context: Context, id: string): Page {
  const { say, live } = context;
  const title = h('h1', { tabindex: -1 });
  const facts = h('p', { class: 'facts' });
  const notice = h('div', { class: 'hidden-notice', role: 'status' });
  const status = h('p', { class: 'pointing-status', role: 'status' });
  const screen = h('div', { class: 'mirror' });
  const tools = h('div', { class: 'tools' });
  const choice = h('div', { class: 'shown-in' });
  const over = h('div', {});
  const parts = h(
    'div',
    { class: 'session' },
    h('section', { 'aria-labelledby': 'screen-title' },
      h('h2', { id: 'screen-title' }, say('session.screen')), h('p', { class: 'note' }, say('session.how')), choice,
      notice, status, screen),
    h('section', { 'aria-labelledby': 'tell-title' },
      h('h2', { id: 'tell-title' }, say('session.tell')), h('p', { class: 'note' }, say('session.tell_note')), tools),
  );
  let ownLanguage = false;

  // Words that did not change are not touched: a screen reader would say them again.
  const put = (place: HTMLElement, text: string) => {
    if (place.textContent !== text) place.textContent = text;
  };
  const update = () => {
    const session = live.desk.sessions.get(id);
    parts.hidden = session === undefined;
    if (!session) {
      put(title, say('help.title'));
      put(facts, live.desk.connected ? say('session.over') : say('help.offline'));
      replaceContent(over, h('a', { class: 'button', href: '#/help', 'data-key': 'back' }, say('session.back')));
      return;
    }
    over.replaceChildren();
    put(title, say('session.title', { kiosk: session.news.kiosk }));
    put(facts, say('session.facts', { helper: session.news.helper, left: timeLeft(session, say) }));
    const reading: Reading = {
      kiosk: ownLanguage ? context.language : session.mirror?.screen.language ?? session.news.language,
      console: context.language,
    };
    put(notice, session.mirror?.hidden ? say('session.hidden') : '');
    put(status, pointingWords(session, reading, context));
    replaceContent(choice, languageChoice(session));
    replaceContent(screen, session.mirror
      ? mirrorScreen(session.mirror.screen, reading, {
          at: session.pointing?.shown !== false ? session.pointing?.control ?? '' : '',
          point: (control) => {
            if (session.pointing?.control === control && session.pointing.shown) live.pointNowhere(id);
            else live.pointAt(id, control, 'none');
          },
        })
      : h('p', { class: 'waiting' }, say('session.waiting')));
  };

  function languageChoice(session: LiveSession): HTMLElement | null {
    const theirs = session.mirror?.screen.language ?? session.news.language;
    if (theirs === context.language || !kioskLanguages().includes(theirs)) return null;
    const button = (label: string, own: boolean) =>
      h('button', {
        type: 'button', class: 'choice', 'data-key': `shown.${own}`, 'aria-pressed': ownLanguage === own ? 'true' : 'false',
        click: () => { ownLanguage = own; update(); },
      }, label);
    return h('div', { role: 'group', 'aria-label': say('session.shown_in') },
      button(say('session.same', { language: languageName(theirs, say) }), false),
      button(languageName(context.language, say), true));
  }

  function say_phrase(phrase: Exclude<Phrase, 'none'>): HTMLElement {
    return h('button', {
      type: 'button', class: 'phrase', 'data-key': `phrase.${phrase}`,
      // What is pointed at stays pointed at.
      click: () => live.pointAt(id, live.desk.sessions.get(id)?.pointing?.control ?? '', phrase),
    }, say(`phrase.${phrase}`));
  }

  replaceContent(tools,
    phrases.map(say_phrase),
    h('button', { type: 'button', class: 'secondary', 'data-key': 'away', click: () => live.pointNowhere(id) }, say('session.away')),
    h('button', {
      type: 'button', class: 'secondary danger', 'data-key': 'end',
      click: () => ask(context, say('session.end_sure'), say('session.end'), () => live.end(id)),
    }, say('session.end')));
  live.watch(id);
  update();
  return {
    title: say('help.title'),
    view: h('div', {}, h('p', {}, h('a', { href: '#/help' }, say('session.back'))), title, facts, over, parts),
    update,
    leave: () => live.watch(''),
  };
}

/** Every control of a screen, wherever it stands. */
export function controlsOf(screen: Screen): Control[] {
  const { body } = screen;
  const inside: Control[] =
    body.type === 'menu' ? body.items
    : body.type === 'pin_pad' ? body.keys
    : body.type === 'rating' ? body.faces
    : body.type === 'form' ? body.fields.flatMap((field) => field.controls)
    : body.type === 'review' ? body.rows.flatMap((row) => (row.change ? [row.change] : []))
    : [];
  return [...inside, ...screen.actions, ...screen.settings];
}

function pointingWords(session: LiveSession, reading: Reading, { say }: Context): string {
  const { pointing, mirror } = session;
  if (!pointing || !mirror) return '';
  if (pointing.shown === false) return say('session.missed');
  if (pointing.phrase !== 'none') {
    const phrase = say(`phrase.${pointing.phrase}`);
    return say(pointing.shown ? 'session.said' : 'session.saying', { phrase });
  }
  const control = controlsOf(mirror.screen).find(({ id }) => id === pointing.control);
  if (!control) return '';
  return say(pointing.shown ? 'session.pointed' : 'session.pointing', { label: mirrorWords(control.label, reading) });
}
