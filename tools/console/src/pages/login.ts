import type { Api } from '../api';
import { h } from '../dom';
import type { Me } from '../generated/messages';
import { labelled, newsPlace, refusalWords, sendingForm, type Context, type Page } from '../page';

/** `notice`: why somebody who was logged in sees this. */
export function loginPage(say: Context['say'], api: Api, notice: string, entered: (me: Me) => void): Page {
  const news = newsPlace();
  if (notice !== '') news.tell(notice);
  const name = h('input', {
    type: 'text', name: 'name', autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false', required: true,
  });
  const password = h('input', { type: 'password', name: 'password', autocomplete: 'current-password', required: true });
  const code = h('input', {
    type: 'text', name: 'code', inputmode: 'numeric', autocomplete: 'one-time-code', maxlength: 7, required: true,
  });
  const form = sendingForm(
    [
      labelled('login-name', say('login.name'), null, name),
      labelled('login-password', say('login.password'), null, password),
      labelled('login-code', say('login.code'), say('login.code_note'), code),
    ],
    say('login.submit'),
    async () => {
      news.tell('');
      entered(await api.login({
        name: name.value.trim(), password: password.value, code: code.value.replace(/\s/g, ''),
      }));
    },
    (error) => {
      news.tell(refusalWords(error, say), true);
      code.value = '';
      (password.value === '' ? password : code).focus();
    },
  );
  return {
    title: say('login.title'),
    view: h(
      'div',
      { class: 'narrow' },
      h('h1', { tabindex: -1 }, say('login.title')),
      h('p', {}, say('login.lead')),
      news.view,
      form,
      h('p', { class: 'note' }, say('login.forgot')),
    ),
  };
}
