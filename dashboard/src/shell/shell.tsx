import { AppShell, Burger, Group, ScrollArea, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Outlet, useLocation } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Bell } from '../in-app/bell.tsx'
import { Live } from '../live/live.tsx'
import { When } from '../parts/when.tsx'
import { useSession } from '../session/session.ts'
import { Brand } from './brand.tsx'
import { ClockBanner } from './clock-banner.tsx'
import { ConnectionSign } from './connection-sign.tsx'
import { Navigation } from './navigation.tsx'
import classes from './shell.module.css'
import { UserMenu } from './user-menu.tsx'

/** The frame around every page behind the sign-in. */
export function Shell() {
  const { t } = useTranslation()
  const [opened, { toggle, close }] = useDisclosure()
  const { pathname } = useLocation()
  const { supportUntil } = useSession()
  const shown = useRef(pathname)
  useEffect(() => {
    if (shown.current === pathname) return
    shown.current = pathname
    close()
    // Keyboards and screen readers go on in the new page, not in the menu that led there.
    document.getElementById('content')?.focus({ preventScroll: true })
  }, [pathname, close])

  return (
    <Live>
      <a href="#content" className={classes.skip}>
        {t('app.skip')}
      </a>
      <AppShell
        header={{ height: 56 }}
        navbar={{ width: 208, breakpoint: 'sm', collapsed: { mobile: !opened } }}
        padding={0}
        classNames={{ header: classes.header ?? '', navbar: classes.navbar ?? '', main: classes.main ?? '' }}
      >
        <AppShell.Header>
          <Group h="100%" px="md" gap="xs" justify="space-between" wrap="nowrap">
            <Group gap="xs" wrap="nowrap" miw={0}>
              <Burger
                opened={opened}
                onClick={toggle}
                hiddenFrom="sm"
                size="sm"
                aria-label={t('app.menu')}
                aria-expanded={opened}
              />
              <Brand />
            </Group>
            <Group gap={6} wrap="nowrap">
              <ConnectionSign />
              {supportUntil === null && <Bell />}
              <UserMenu />
            </Group>
          </Group>
        </AppShell.Header>
        <AppShell.Navbar aria-label={t('app.navigation')}>
          <ScrollArea type="auto" p="sm">
            <Navigation />
          </ScrollArea>
        </AppShell.Navbar>
        <AppShell.Main id="content" tabIndex={-1}>
          {supportUntil && (
            <Text role="status" fz="sm" px="md" py="xs" className={classes.support}>
              {t('support.looking')} <When at={supportUntil} />
            </Text>
          )}
          <ClockBanner />
          <Outlet />
        </AppShell.Main>
      </AppShell>
    </Live>
  )
}
