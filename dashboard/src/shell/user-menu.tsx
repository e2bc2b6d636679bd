import { Avatar, Menu, Text, UnstyledButton, useMantineColorScheme, VisuallyHidden } from '@mantine/core'
import {
  IconBook,
  IconCheck,
  IconDeviceDesktop,
  IconLogout,
  IconMoon,
  IconShieldLock,
  IconStack2,
  IconSun,
} from '@tabler/icons-react'
import { Link as MenuLink } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { changeLanguage, LANGUAGES } from '../language.ts'
import { useChooseOrganization, useSession, useSignOut } from '../session/session.ts'
import { initials } from './brand.tsx'

const APPEARANCES = [
  { value: 'light', icon: IconSun },
  { value: 'dark', icon: IconMoon },
  { value: 'auto', icon: IconDeviceDesktop },
] as const

export const LANGUAGE_NAMES = { fr: 'Français', en: 'English' } as const

export function UserMenu() {
  const { t, i18n } = useTranslation()
  const { user, platformAdmin, organization, organizations } = useSession()
  const choose = useChooseOrganization()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const signOut = useSignOut()
  const mark = (chosen: boolean) => (chosen ? <IconCheck size={15} aria-hidden /> : null)

  return (
    <Menu position="bottom-end" width={240} withArrow withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <UnstyledButton style={{ borderRadius: '50%' }}>
          <VisuallyHidden>{t('user.menu', { name: user.name })}</VisuallyHidden>
          <Avatar size={32} radius="xl" variant="filled" color="petrol" alt="" aria-hidden>
            {initials(user.name)}
          </Avatar>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text fw={600} fz="sm" c="var(--ink)" truncate>
            {user.name}
          </Text>
          <Text fz="xs" truncate>
            {user.email}
          </Text>
        </Menu.Label>
        <Menu.Divider />
        {organizations.length > 1 && (
          <>
            <Menu.Label>{t('user.organization')}</Menu.Label>
            {organizations.map(({ id, name, supportUntil }) => (
              <Menu.Item
                key={id}
                aria-current={id === organization.id}
                rightSection={mark(id === organization.id)}
                onClick={() => void choose(id)}
              >
                {supportUntil ? t('user.asSupport', { name }) : name}
              </Menu.Item>
            ))}
            <Menu.Divider />
          </>
        )}
        <Menu.Item
          component={MenuLink}
          to="/account"
          leftSection={<IconShieldLock size={17} stroke={1.7} aria-hidden />}
        >
          {t('account.title')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t('user.language')}</Menu.Label>
        {LANGUAGES.map((language) => (
          <Menu.Item
            key={language}
            lang={language}
            aria-current={i18n.language === language}
            rightSection={mark(i18n.language === language)}
            onClick={() => void changeLanguage(language)}
          >
            {LANGUAGE_NAMES[language]}
          </Menu.Item>
        ))}
        <Menu.Label>{t('user.appearance')}</Menu.Label>
        {APPEARANCES.map(({ value, icon: Glyph }) => (
          <Menu.Item
            key={value}
            leftSection={<Glyph size={17} stroke={1.7} aria-hidden />}
            aria-current={colorScheme === value}
            rightSection={mark(colorScheme === value)}
            onClick={() => setColorScheme(value)}
          >
            {t(`user.${value}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          component="a"
          href="/docs"
          target="_blank"
          rel="noopener"
          leftSection={<IconBook size={17} stroke={1.7} aria-hidden />}
        >
          {t('user.docs')}
        </Menu.Item>
        {platformAdmin && (
          <Menu.Item component="a" href="/ops/queues" leftSection={<IconStack2 size={17} stroke={1.7} aria-hidden />}>
            {t('user.queues')}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconLogout size={17} stroke={1.7} aria-hidden />} onClick={() => void signOut()}>
          {t('user.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
