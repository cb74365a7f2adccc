import { useEffect, useState } from 'preact/hooks';
import type { Email } from '../../../runtime/outbox.ts';
import { usePolled } from '../polled.ts';
import { Problems } from '../problems.tsx';
import { linkTo } from '../route.ts';
import { dateTime } from '../time/time-words.ts';
import { withKeys } from './email-keys.ts';

/** The e-mails that the platform would have sent: a list, and the one that is read. */
export function Outbox() {
  const outbox = usePolled<{ items: Email[] }>('/_mock/outbox', 2_000);
  const [chosen, setChosen] = useState<string>();
  const emails = withKeys(outbox.answer.value?.items ?? []);
  const read = emails.find(({ key }) => key === chosen) ?? emails[0];
  const readKey = read?.key;
  // What is being read stays when another one comes.
  useEffect(() => setChosen(readKey), [readKey]);
  return (
    <section aria-label="E-mails">
      <Problems of={outbox.failure.value?.problems ?? []} />
      {outbox.answer.value && emails.length === 0 && (
        <p class="empty">
          The outbox is empty. The platform writes when it suspends, revokes or resumes a subscription: suspend one on{' '}
          <a href={linkTo.page('subscriptions')}>Subscriptions</a> and its e-mail is here.
        </p>
      )}
      {read && (
        <div class="outbox">
          <ul class="emails" aria-label="All e-mails, newest first">
            {emails.map(({ key, email }) => (
              <li key={key}>
                <button
                  type="button"
                  class="quiet"
                  aria-current={key === read.key ? 'true' : undefined}
                  onClick={() => setChosen(key)}
                >
                  <span class="email-date muted">{dateTime(email.at)}</span>
                  {email.subject}
                </button>
              </li>
            ))}
          </ul>
          <EmailText email={read.email} />
        </div>
      )}
    </section>
  );
}

function EmailText({ email }: { email: Email }) {
  const { subject, to, at, text, subscription_id: subscription } = email;
  return (
    <article class="card email" aria-label={subject}>
      <h2>{subject}</h2>
      <p class="muted">
        To {to}, {dateTime(at)}
      </p>
      <p class="email-text">{text}</p>
      <a href={linkTo.subscription(subscription)}>The subscription</a>
    </article>
  );
}
