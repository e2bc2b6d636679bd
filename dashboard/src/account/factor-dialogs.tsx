import { CarillonError } from '@carillon/client'
import {
  Button,
  Checkbox,
  Code,
  CopyButton,
  Group,
  PasswordInput,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { secondFactor } from '../client.ts'
import { Dialog, DialogButtons, RISKY } from '../parts/dialog.tsx'
import { CopyField } from '../parts/facts.tsx'
import { Refusal } from '../session/front-door.tsx'
import { sessionQuery, sessionsQuery } from '../session/queries.ts'
import { useSession } from '../session/session.ts'
import { QrCode } from './qr-code.tsx'

interface Closing {
  onClose(): void
}

/** What every page shows of the session is asked for anew. */
function useChanged() {
  const queryClient = useQueryClient()
  return () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey }),
      queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
    ])
}

/** First the password, then the app shows that it works, then the backup codes are put away. */
export function EnableFactor({ onClose }: Closing) {
  const { t } = useTranslation()
  const changed = useChanged()
  const [code, setCode] = useState('')
  const begin = useMutation({ mutationFn: (password: string) => secondFactor.enable(password) })
  const activate = useMutation({ mutationFn: () => secondFactor.activate(code) })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    activate.mutate()
  }
  const { data } = begin

  if (!data)
    return (
      <PasswordDialog title={t('factor.enable')} text={t('factor.enableText')} act={begin} onClose={onClose}>
        {t('factor.next')}
      </PasswordDialog>
    )
  if (activate.isSuccess)
    return (
      <BackupCodes
        codes={data.backupCodes}
        onDone={async () => {
          await changed()
          onClose()
        }}
      />
    )
  return (
    <Dialog opened title={t('factor.enable')} onClose={onClose}>
      <form onSubmit={submit}>
        <Stack>
          <Text fz="sm">{t('factor.scan')}</Text>
          <Group justify="center">
            <QrCode text={data.uri} label={t('factor.qr')} />
          </Group>
          <Text fz="sm" component="div">
            {t('factor.key')} <CopyField value={data.key} shown={data.key.replace(/(.{4})(?=.)/g, '$1 ')} />
          </Text>
          <TextInput
            label={t('factor.code')}
            autoComplete="one-time-code"
            inputMode="numeric"
            pattern="[0-9 ]{6,7}"
            maxLength={7}
            required
            withAsterisk={false}
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
          <Refusal error={activate.error} text={isRefused(activate.error) ? t('factor.wrong') : undefined} />
        </Stack>
        <DialogButtons onBack={onClose}>
          <Button type="submit" loading={activate.isPending}>
            {t('factor.confirm')}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  )
}

export function DisableFactor({ onClose }: Closing) {
  const { t } = useTranslation()
  const changed = useChanged()
  const disable = useMutation({
    mutationFn: (password: string) => secondFactor.disable(password),
    onSuccess: async () => {
      await changed()
      notifications.show({ color: 'green', message: t('factor.disabled') })
      onClose()
    },
  })
  return (
    <PasswordDialog title={t('factor.disable')} text={t('factor.disableText')} act={disable} risky onClose={onClose}>
      {t('factor.disable')}
    </PasswordDialog>
  )
}

export function RenewCodes({ onClose }: Closing) {
  const { t } = useTranslation()
  const renew = useMutation({ mutationFn: (password: string) => secondFactor.newBackupCodes(password) })
  if (renew.data) return <BackupCodes codes={renew.data.backupCodes} onDone={onClose} />
  return (
    <PasswordDialog title={t('factor.newCodes')} text={t('factor.newCodesText')} act={renew} onClose={onClose}>
      {t('factor.newCodes')}
    </PasswordDialog>
  )
}

interface PasswordDialogProps extends Closing {
  title: string
  text: string
  act: { mutate(password: string): void; isPending: boolean; error: unknown }
  risky?: boolean
  children: ReactNode
}

/** Asks for the password again: a page may have been left open. */
function PasswordDialog({ title, text, act, risky, onClose, children }: PasswordDialogProps) {
  const { t } = useTranslation()
  const { user } = useSession()
  const [password, setPassword] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    act.mutate(password)
  }
  return (
    <Dialog opened title={title} onClose={onClose}>
      <form onSubmit={submit}>
        <Stack>
          <Text fz="sm">{text}</Text>
          <input type="email" autoComplete="username" value={user.email} readOnly hidden />
          <PasswordInput
            label={t('account.currentPassword')}
            autoComplete="current-password"
            visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
            data-autofocus
            required
            withAsterisk={false}
            maxLength={128}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <Refusal error={act.error} text={isRefused(act.error) ? t('account.wrongPassword') : undefined} />
        </Stack>
        <DialogButtons onBack={onClose}>
          <Button type="submit" {...(risky && { color: RISKY })} loading={act.isPending}>
            {children}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  )
}

/** Shown this once; it closes only when somebody says that they kept them. */
function BackupCodes({ codes, onDone }: { codes: readonly string[]; onDone(): void }) {
  const { t } = useTranslation()
  const [kept, setKept] = useState(false)
  return (
    <Dialog opened title={t('factor.backupTitle')} onClose={() => kept && onDone()}>
      <Stack>
        <Text fz="sm">{t('factor.backupText')}</Text>
        <SimpleGrid cols={2} component="ul" style={{ listStyle: 'none', margin: 0, padding: 0 }}>
          {codes.map((code) => (
            <li key={code}>
              <Code fz="md">{code}</Code>
            </li>
          ))}
        </SimpleGrid>
        <CopyButton value={codes.join('\n')}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy} style={{ alignSelf: 'flex-start' }}>
              {copied ? t('message.copied') : t('factor.copyCodes')}
            </Button>
          )}
        </CopyButton>
        <Checkbox label={t('factor.kept')} checked={kept} onChange={(event) => setKept(event.currentTarget.checked)} />
        <Group justify="flex-end">
          <Button disabled={!kept} onClick={onDone}>
            {t('factor.done')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}

const isRefused = (error: unknown) => error instanceof CarillonError && error.status === 422
