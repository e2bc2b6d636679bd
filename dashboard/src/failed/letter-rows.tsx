import type { DeadLetter } from '@carillon/client'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import classes from '../messages/message-rows.module.css'
import { ChannelName } from '../parts/channel.tsx'
import { When } from '../parts/when.tsx'
import own from './letter-rows.module.css'

/** A table on wide screens; the same rows fold into cards on a phone. */
export function LetterRows({ items }: { items: readonly DeadLetter[] }) {
  const { t } = useTranslation()
  return (
    <table className={`${classes.table} ${own.table}`} aria-label={t('failed.list')}>
      <thead>
        <tr>
          <th scope="col">{t('messages.recipient')}</th>
          <th scope="col">{t('failed.why')}</th>
          <th scope="col">{t('messages.type')}</th>
          <th scope="col">{t('messages.channel')}</th>
          <th scope="col" className={classes.right}>
            {t('messages.when')}
          </th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr key={item.id}>
            <td className={classes.recipient}>
              <Link to="/messages/$id" params={{ id: item.id }} className={classes.link}>
                {item.contactName || t('failed.nameless')}
              </Link>
            </td>
            <td className={own.why}>
              {t(`failure.${item.reason}`)}
              {item.code && item.code !== item.reason && <code>{item.code}</code>}
            </td>
            <td className={classes.type}>{item.type}</td>
            <td className={classes.channel}>
              <ChannelName channel={item.channel} />
            </td>
            <td className={`${classes.when} ${classes.right}`}>
              <When at={item.failedAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
