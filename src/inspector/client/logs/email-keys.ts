/** E-mails have no id: those that are alike in everything are told apart by how often they came before. */
interface KeyedEmail<Email> {
  key: string;
  email: Email;
}

/** Gives each a key that stays its own when newer ones come. `newestFirst` as the outbox lists them. */
export function withKeys<Email extends { at: string; subscription_id: string; subject: string }>(
  newestFirst: readonly Email[],
): KeyedEmail<Email>[] {
  const times = new Map<string, number>();
  return newestFirst
    .toReversed()
    .map((email) => {
      const alike = [email.at, email.subscription_id, email.subject].join(' ');
      const before = times.get(alike) ?? 0;
      times.set(alike, before + 1);
      return { key: `${alike} ${before}`, email };
    })
    .toReversed();
}
