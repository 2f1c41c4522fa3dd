// One session: the resident's screen, and what a helper can do: point, say a phrase, end. There is nothing to press.

import { h, replaceContent } from '../dom';
import {
  HelpOutcomeNames, HelpTopicNames, PhraseNames,
  type Control, type HelpOutcome, type HelpTopic, type Phrase, type Screen,
} from '../generated/messages';
import type { LiveSession } from '../live';
import { mirrorScreen } from '../mirror/screen';
import { mirrorWords, type Reading } from '../mirror/text';
import { labelled, showDialog, type Context, type Page } from '../page';
import { kioskLanguages, kioskWords } from '../words';
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
    put(facts, say('session.facts', { helper: say('help.number', { number: session.news.helper }), left: timeLeft(session, say) }));
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

  function phraseButton(phrase: Exclude<Phrase, 'none'>): HTMLElement {
    return h('button', {
      type: 'button', class: 'phrase', 'data-key': `phrase.${phrase}`,
      // What is pointed at stays pointed at.
      click: () => live.pointAt(id, live.desk.sessions.get(id)?.pointing?.control ?? '', phrase),
    }, phraseWords(phrase, context));
  }

  replaceContent(tools,
    phrases.map(phraseButton),
    h('button', { type: 'button', class: 'secondary', 'data-key': 'away', click: () => live.pointNowhere(id) }, say('session.away')),
    h('button', {
      type: 'button', class: 'secondary danger', 'data-key': 'end',
      click: () => askHowItEnded(context, (topic, outcome) => live.end(id, topic, outcome)),
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

/** The kiosk's own words, in the language of who says them: what the resident reads means the same. */
function phraseWords(phrase: Exclude<Phrase, 'none'>, { language }: Context): string {
  const text = { key: `phrase.${phrase}`, args: {}, literal: '', is_name: false, is_private: false };
  return kioskWords(text, language) ?? '';
}

/** One press on the result ends the session; what it was about can be left to what the kiosk saw. */
function askHowItEnded({ say }: Context, end: (topic: HelpTopic | null, outcome: HelpOutcome) => void): void {
  const topic = h('select', {},
    h('option', { value: '' }, say('session.topic_seen')),
    HelpTopicNames.map((name) => h('option', { value: name }, say(`topic.${name}`))));
  const result = (outcome: Exclude<HelpOutcome, 'not_said'>) =>
    h('button', {
      type: 'button', class: 'secondary', 'data-key': `outcome.${outcome}`,
      click: () => {
        dialog.close();
        end(HelpTopicNames.find((name) => name === topic.value) ?? null, outcome);
      },
    }, say(`outcome.${outcome}`));
  const dialog = showDialog(
    h('h2', { id: 'dialog-title', tabindex: -1, autofocus: true }, say('session.end_title')),
    h('p', {}, say('session.end_note')),
    labelled('topic', say('session.topic'), null, topic),
    h('div', { class: 'results', role: 'group', 'aria-labelledby': 'results-title' },
      h('p', { id: 'results-title' }, say('session.outcome')),
      HelpOutcomeNames.map((outcome) => outcome !== 'not_said' && result(outcome))),
    h('div', { class: 'buttons' },
      h('button', { type: 'button', class: 'secondary', click: () => dialog.close() }, say('app.cancel'))),
  );
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
    : body.type === 'practice' ? [...(body.target ? [body.target] : []), ...(body.keyboards[0]?.keys ?? []).map(({ control }) => control)]
    : body.type === 'video_call' ? [...(body.question?.answers ?? []), ...body.switches, ...(body.keyboards[0]?.keys ?? []).map(({ control }) => control)]
    : [];
  return [...inside, ...screen.actions, ...screen.settings];
}

function pointingWords(session: LiveSession, reading: Reading, context: Context): string {
  const { say } = context;
  const { pointing, mirror } = session;
  if (!pointing || !mirror) return '';
  if (pointing.shown === false) return say('session.missed');
  if (pointing.phrase !== 'none') {
    const phrase = phraseWords(pointing.phrase, context);
    return say(pointing.shown ? 'session.said' : 'session.saying', { phrase });
  }
  const control = controlsOf(mirror.screen).find(({ id }) => id === pointing.control);
  if (!control) return '';
  return say(pointing.shown ? 'session.pointed' : 'session.pointing', { label: mirrorWords(control.label, reading) });
}
