import { Button, Group, Paper, SimpleGrid, Stack, Text, ThemeIcon } from '@mantine/core'
import { IconCode, IconFlask, IconRoute } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { ButtonLink } from '../parts/link.tsx'

const STEPS = [
  { name: 'sample', icon: IconFlask, link: { to: '/sandbox' } },
  { name: 'follow', icon: IconRoute, link: { to: '/messages' } },
  { name: 'connect', icon: IconCode, link: undefined },
] as const

/** Where to go from here. */
export function Steps() {
  const { t } = useTranslation()
  return (
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
  )
}
