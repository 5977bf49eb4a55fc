// "Where I am now": asked of the phone once, when the button is pressed. The browser gives WGS 84, as the server wants it.
import { all } from './page'
import { send } from './swap'

const PATIENCE = 15_000
/** The server takes places in units of 1e-7 degree. */
const UNITS = 10_000_000
const REFUSED = 1

/** Shows the button where the phone may be asked. */
export function positions(root: ParentNode): void {
  if (!('geolocation' in navigator) || !window.isSecureContext) return
  for (const button of all<HTMLButtonElement>(root, '[data-here]')) {
    const status = document.getElementById(`${button.id}-said`)
    if (!button.form || !status) continue
    button.hidden = false
    button.addEventListener('click', () => ask(button, status))
  }
}

function ask(button: HTMLButtonElement, status: HTMLElement): void {
  button.disabled = true
  status.hidden = false
  status.textContent = button.dataset.asking ?? ''
  const failed = (words: string | undefined) => {
    button.disabled = false
    status.textContent = words ?? ''
    button.focus()
  }
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      const form = button.form
      if (!form) return
      const change = (data: FormData) => {
        data.set('go', 'here')
        data.set('here-lon', String(Math.round(coords.longitude * UNITS)))
        data.set('here-lat', String(Math.round(coords.latitude * UNITS)))
        data.set('here-accuracy', String(Math.max(1, Math.round(coords.accuracy))))
      }
      void send(form, { change, quiet: true }).then((outcome) => {
        if (outcome !== 'shown') failed(button.dataset.failed)
      })
    },
    (err) => failed(err.code === REFUSED ? button.dataset.refused : button.dataset.failed),
    { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: 0 },
  )
}
