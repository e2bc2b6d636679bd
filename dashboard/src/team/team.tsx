import { Button, Stack, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconUserPlus } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Page } from '../parts/page.tsx'
import { useMay } from '../session/session.ts'
import { InvitationList } from './invitation-list.tsx'
import { InviteDialog } from './invite-dialog.tsx'
import { MemberList } from './member-list.tsx'
import { RoleList } from './role-list.tsx'
import { Support } from './support.tsx'

/** Who works here, what each role may do, and whether the platform's support may look in. */
export function Team() {
  const { t } = useTranslation()
  const may = useMay()
  const [inviting, dialog] = useDisclosure()
  const manages = may('members.manage')

  return (
    <Page
      title={t('team.title')}
      intro={t('team.intro')}
      actions={
        manages && (
          <Button leftSection={<IconUserPlus size={17} aria-hidden />} onClick={dialog.open}>
            {t('team.invite')}
          </Button>
        )
      }
    >
      <Stack gap={32}>
        <section>
          <Title order={2} mb="sm">
            {t('team.members')}
          </Title>
          <MemberList />
        </section>
        {manages && (
          <section>
            <Title order={2} mb="sm">
              {t('team.invitations')}
            </Title>
            <InvitationList />
          </section>
        )}
        <section>
          <Title order={2} mb={4}>
            {t('team.roles')}
          </Title>
          <RoleList />
        </section>
        {may('support.manage') && (
          <section>
            <Title order={2} mb={4}>
              {t('support.title')}
            </Title>
            <Support />
          </section>
        )}
      </Stack>
      <InviteDialog opened={inviting} onClose={dialog.close} />
    </Page>
  )
}
