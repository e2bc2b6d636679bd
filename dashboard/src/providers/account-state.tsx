import type { ProviderAccount } from '@carillon/client'
import { Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { usePercent } from '../parts/number.ts'
import classes from '../parts/status-badge.module.css'
import { When } from '../parts/when.tsx'
import { type AccountCondition, conditionOf } from './condition.ts'

const TONES: Record<AccountCondition, string> = {
  off: 'held',
  down: 'bad',
  probing: 'waiting',
  waiting: 'waiting',
  weak: 'waiting',
  well: 'good',
}

/** How an account does: a word, and what is behind it when it is not well. */
export function AccountState({ account }: { account: ProviderAccount }) {
  const { t } = useTranslation()
  const condition = conditionOf(account)
  const { health, reason, retryAt } = account.state
  const percent = usePercent()
  return (
    <>
      <span className={classes.badge} data-tone={TONES[condition]}>
        <span className={classes.dot} aria-hidden />
        {t(`condition.${condition}`)}
        {condition === 'weak' && ` · ${percent(health)}`}
      </span>
      {(condition === 'down' || condition === 'probing' || condition === 'waiting') && (
        <Text fz="sm" c="dimmed" style={{ overflowWrap: 'anywhere', flexBasis: '100%' }}>
          {reason}
          {reason && retryAt && ' · '}
          {retryAt && (
            <>
              {t('providers.retry')} <When at={retryAt} />
            </>
          )}
        </Text>
      )}
    </>
  )
}
