import { builtIn } from '../../engine/catalogue/wording.ts'
import { note } from '../../engine/templates/blocks.ts'

export const memberInvited = builtIn({
  fr: {
    email: {
      subject: '{{invitedBy}} vous invite à rejoindre {{organization.name}}',
      preheader: 'Acceptez avant le {{dateTime expiresAt}}.',
      body: `<mj-text><h1>Rejoignez {{organization.name}}</h1>
{{invitedBy}} vous invite à travailler avec l’équipe dans Carillon.</mj-text>
<mj-button href="{{url acceptUrl}}" data-track="off">Voir l’invitation</mj-button>
${note('Ce lien sert une seule fois, n’est que pour vous et expire le {{dateTime expiresAt}}. Vous n’attendiez pas ce message&nbsp;? Ignorez-le&nbsp;: rien ne se passera sans vous.')}`,
    },
    in_app: {
      title: 'Invitation à rejoindre {{organization.name}}',
      body: '{{invitedBy}} vous a écrit par e-mail.',
    },
  },
  en: {
    email: {
      subject: '{{invitedBy}} invites you to join {{organization.name}}',
      preheader: 'Accept before {{dateTime expiresAt}}.',
      body: `<mj-text><h1>Join {{organization.name}}</h1>
{{invitedBy}} invites you to work with the team in Carillon.</mj-text>
<mj-button href="{{url acceptUrl}}" data-track="off">See the invitation</mj-button>
${note('This link works once, is for you alone and expires on {{dateTime expiresAt}}. Not expecting this message? Ignore it: nothing happens without you.')}`,
    },
    in_app: {
      title: 'Invitation to join {{organization.name}}',
      body: '{{invitedBy}} has written to you by e-mail.',
    },
  },
})
