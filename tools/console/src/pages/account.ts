import { Refused } from '../api';
import { h } from '../dom';
import { labelled, newsPlace, refusalWords, sendingForm, type Context, type Page } from '../page';

export function accountPage({ say, api, me }: Context): Page {
  const news = newsPlace();
  const field = (autocomplete: string) => h('input', { type: 'password', autocomplete, required: true });
  const [now, next, again] = [field('current-password'), field('new-password'), field('new-password')];
  const form = sendingForm(
    [
      // Password managers want to know whose password it is.
      h('input', { type: 'text', autocomplete: 'username', value: me.name, hidden: true, 'aria-hidden': 'true' }),
      labelled('account-now', say('account.now'), null, now),
      labelled('account-next', say('account.next'), say('account.next_note'), next),
      labelled('account-again', say('account.again'), null, again),
    ],
    say('account.submit'),
    async () => {
      if (next.value !== again.value) {
        news.tell(say('account.differ'), true);
        again.focus();
        return;
      }
      await api.changePassword({ now: now.value, next: next.value });
      for (const one of [now, next, again]) one.value = '';
      news.tell(say('account.done'));
    },
    (error) => {
      const wrong = error instanceof Refused && error.code === 'wrong_login';
      news.tell(wrong ? say('refused.wrong_password') : refusalWords(error, say), true);
      (wrong ? now : next).focus();
    },
  );
  return {
    title: say('account.title'),
    view: h('div', { class: 'narrow' }, h('h1', { tabindex: -1 }, say('account.title')), news.view, form),
  };
}
