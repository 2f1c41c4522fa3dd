import { h, replaceContent } from '../dom';
import { StaffRoleNames, type AddedStaff, type StaffEntry, type StaffRole } from '../generated/messages';
import {
  ask, labelled, moment, newsPlace, refusalWords, sendingForm, showDialog, table, type Column, type Context, type Page,
} from '../page';

type Action = 'disable' | 'enable' | 'end_sessions';

export function staffPage(context: Context): Page {
  const { say, api } = context;
  const news = newsPlace();
  const place = h('div', {}, h('p', {}, say('app.loading')));
  const failed = (error: unknown) => news.tell(refusalWords(error, say), true);

  const load = async () => {
    const { staff } = await api.staff();
    replaceContent(place, table(say('staff.list'), columns(context, act), staff));
  };
  const run = async (action: Action, name: string) => {
    await api.changeStaff(name, action);
    await load();
    news.tell(say(`staff.done_${action}`, { name }));
  };
  const act = (action: Action, name: string) => {
    if (action === 'enable') void run(action, name).catch(failed);
    else ask(context, say(`staff.${action}_sure`, { name }), say(`staff.${action}`), () => void run(action, name).catch(failed));
  };
  void load().catch(failed);
  return {
    title: say('staff.title'),
    view: h(
      'div',
      {},
      h('h1', { tabindex: -1 }, say('staff.title')),
      news.view,
      h('h2', {}, say('staff.list')),
      place,
      h('h2', {}, say('staff.add')),
      addForm(context, async (added) => {
        news.tell('');
        await load();
        handOver(added, context);
      }, failed),
    ),
  };
}

function columns({ say, language, me }: Context, act: (action: Action, name: string) => void): Column<StaffEntry>[] {
  const button = (action: Action, name: string) =>
    h('button', {
      type: 'button', class: 'secondary small', 'data-key': `${action}.${name}`,
      'aria-label': say(`staff.${action}_of`, { name }), click: () => act(action, name),
    }, say(`staff.${action}`));
  return [
    { label: say('staff.name'), cell: ({ name }) => name },
    { label: say('staff.role'), cell: ({ role }) => say(`role.${role}`) },
    {
      label: say('staff.state'),
      cell: ({ disabled }) =>
        h('span', { class: disabled ? 'mark bad' : 'mark good' }, say(disabled ? 'staff.disabled' : 'staff.active')),
    },
    { label: say('staff.sessions'), cell: ({ sessions }) => say('staff.sessions_count', { count: sessions }) },
    {
      label: say('staff.last_login'),
      cell: ({ last_login_at }) => (last_login_at === undefined ? say('staff.never') : moment(last_login_at, language)),
    },
    {
      label: say('staff.actions'),
      // Nobody shuts himself out.
      cell: ({ name, disabled, sessions }) =>
        name !== me.name && [button(disabled ? 'enable' : 'disable', name), sessions > 0 && button('end_sessions', name)],
    },
  ];
}

function addForm({ say, api }: Context, added: (staff: AddedStaff) => Promise<void>, failed: (error: unknown) => void): HTMLElement {
  const name = h('input', { type: 'text', autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', maxlength: 32 });
  const role = h('select', {}, StaffRoleNames.map((one) => h('option', { value: one }, say(`role.${one}`))));
  return sendingForm(
    [
      labelled('staff-name', say('staff.name'), say('staff.name_note'), name),
      labelled('staff-role', say('staff.role'), null, role),
    ],
    say('staff.submit'),
    async () => {
      const made = await api.addStaff({ name: name.value.trim(), role: role.value as StaffRole });
      name.value = '';
      await added(made);
    },
    (error) => {
      failed(error);
      name.focus();
    },
  );
}

/** Shows what is said once. */
function handOver(added: AddedStaff, { say }: Context): void {
  const secret = new URL(added.otpauth).searchParams.get('secret') ?? '';
  const dialog = showDialog(
    h('h2', { id: 'dialog-title', tabindex: -1, autofocus: true }, say('staff.added_title', { name: added.name })),
    h('p', {}, say('staff.added_once')),
    h(
      'dl',
      {},
      h('div', {}, h('dt', {}, say('staff.name')), h('dd', {}, h('code', {}, added.name))),
      h('div', {}, h('dt', {}, say('staff.added_password')), h('dd', {}, h('code', {}, added.password))),
      h('div', {}, h('dt', {}, say('staff.added_secret')), h('dd', {}, h('code', {}, secret.match(/.{1,4}/g)?.join(' ') ?? ''))),
    ),
    h('p', { class: 'note' }, say('staff.added_note')),
    h('div', { class: 'buttons' },
      h('button', { type: 'button', class: 'primary', click: () => dialog.close() }, say('app.close'))),
  );
}
