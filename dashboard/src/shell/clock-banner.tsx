import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../language.ts'
import { PageLink } from '../parts/link.tsx'
import { longTime } from '../parts/time.ts'
import { useNow } from '../parts/when.tsx'
import { sandboxClockQuery } from '../sandbox/queries.ts'
import { useMay, useOrganization } from '../session/session.ts'
import classes from './shell.module.css'

/** Whoever looks at a page of a sandbox whose clock was moved has to know. */
export function ClockBanner() {
  const mayRead = useMay()('messages.read')
  const { demo } = useOrganization()
  const clock = useQuery({ ...sandboxClockQuery, enabled: mayRead && demo }).data
  return clock && clock.aheadMs > 0 ? <Banner /> : null
}

function Banner() {
  const { t } = useTranslation()
  const format = useFormat()
  const { timeZone } = useOrganization()
  const time = longTime(useNow(), format, timeZone)
  return (
    <Text role="status" component="div" fz="sm" px="md" py="xs" className={classes.clock ?? ''}>
      {t('clock.moved', { time })}
      <PageLink to="/sandbox" fz="sm">
        {t('clock.title')}
      </PageLink>
    </Text>
  )
}
