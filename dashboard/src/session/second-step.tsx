import { CarillonError } from '@carillon/client'
import { Anchor, Button, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { signInWithCode } from '../client.ts'
import { Refusal } from './front-door.tsx'

interface SecondStepProps {
  onSignedIn(): void
  /** The first step has to be taken again. */
  onBack(): void
}

/** Asks for a code of the authenticator app, or a backup code. */
export function SecondStep({ onSignedIn, onBack }: SecondStepProps) {
  const { t } = useTranslation()
  const [kind, setKind] = useState<'code' | 'backupCode'>('code')
  const [typed, setTyped] = useState('')
  const verify = useMutation({
    mutationFn: () => signInWithCode(kind === 'code' ? { code: typed } : { backupCode: typed.trim() }),
    onSuccess: onSignedIn,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    verify.mutate()
  }
  const change = () => {
    setKind(kind === 'code' ? 'backupCode' : 'code')
    setTyped('')
    verify.reset()
  }
  const { error } = verify

  return (
    <form onSubmit={submit}>
      <Stack>
        <Text>{t(`factor.${kind}Text`)}</Text>
        <TextInput
          key={kind}
          label={t(`factor.${kind}`)}
          autoFocus
          autoComplete="one-time-code"
          {...(kind === 'code' && { inputMode: 'numeric', pattern: '[0-9 ]{6,7}' })}
          maxLength={20}
          required
          withAsterisk={false}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Refusal error={error} text={error ? t(refusalOf(error)) : undefined} />
        <Button type="submit" loading={verify.isPending} fullWidth>
          {t('signIn.submit')}
        </Button>
        <Anchor component="button" type="button" fz="sm" onClick={change}>
          {t(kind === 'code' ? 'factor.useBackup' : 'factor.useApp')}
        </Anchor>
        <Anchor component="button" type="button" fz="sm" onClick={onBack}>
          {t('forgot.back')}
        </Anchor>
      </Stack>
    </form>
  )
}

function refusalOf(error: unknown) {
  if (!(error instanceof CarillonError)) return 'problem.internal'
  if (error.status === 401) return 'factor.tooLate'
  return error.status === 422 ? 'factor.wrong' : 'problem.internal'
}
