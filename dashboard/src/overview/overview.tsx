import { Button, Group, Paper, SimpleGrid, Skeleton, Stack, Text, ThemeIcon, Title } from '@mantine/core'
import { IconCode, IconFlask, IconRoute } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { MessageRows } from '../messages/message-rows.tsx'
import { ButtonLink, PageLink } from '../parts/link.tsx'
import { Page } from '../parts/page.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import { messagesQuery } from '../queries.ts'
import { useSession } from '../session/session.ts'

const LATEST = 6

const STEPS = [
  { name: 'sample', icon: IconFlask, link: { to: '/sandbox' } },
  { name: 'follow', icon: IconRoute, link: { to: '/messages' } },
  { name: 'connect', icon: IconCode, link: undefined },
] as const

/** What to do next, and what just happened. */
export function Overview() {
  const { t } = useTranslation()
  const { user } = useSession()
  const latest = useInfiniteQuery(messagesQuery({}))
  const items = latest.data?.pages[0]?.items.slice(0, LATEST)

  return (
    <Page title={t('overview.title', { name: user.name })} intro={t('overview.intro')}>
      <Title order={2} mb="sm">
        {t('overview.next')}
      </Title>
      <SimpleGrid cols={{ base: 1, md: 3 }} mb="xl">
        {STEPS.map(({ name, icon: Glyph, link }) => (
          <Paper key={name} withBorder p="lg" bg="var(--panel)" style={{ borderColor: 'var(--line)' }}>
            <Stack gap="xs" h="100%">
              <Group gap="sm">
                <ThemeIcon variant="light" size={34} aria-hidden>
                  <Glyph size={20} stroke={1.7} />
                </ThemeIcon>
                <Text fw={650}>{t(`overview.${name}`)}</Text>
              </Group>
              <Text fz="sm" c="dimmed" flex={1}>
                {t(`overview.${name}Text`)}
              </Text>
              {link ? (
                <ButtonLink
                  to={link.to}
                  variant={name === 'sample' ? 'filled' : 'light'}
                  size="sm"
                  mt="xs"
                  style={{ alignSelf: 'flex-start' }}
                >
                  {t(`overview.${name}Action`)}
                </ButtonLink>
              ) : (
                <Button
                  component="a"
                  href="/docs"
                  target="_blank"
                  rel="noopener"
                  variant="light"
                  size="sm"
                  mt="xs"
                  style={{ alignSelf: 'flex-start' }}
                >
                  {t('overview.connectAction')}
                </Button>
              )}
            </Stack>
          </Paper>
        ))}
      </SimpleGrid>

      {latest.error && <ProblemNotice error={latest.error} onRetry={() => void latest.refetch()} />}
      {(latest.isPending || (items && items.length > 0)) && (
        <>
          <Group justify="space-between" mb="sm">
            <Title order={2}>{t('overview.recent')}</Title>
            <PageLink to="/messages" fz="sm">
              {t('overview.all')}
            </PageLink>
          </Group>
          {items ? <MessageRows items={items} label={t('overview.recent')} /> : <Skeleton h={LATEST * 57} />}
        </>
      )}
    </Page>
  )
}
