import { createApp } from 'vue'
import { VueQueryPlugin } from '@tanstack/vue-query'
import App from './App.vue'
import { queryClient } from './api/queries'
import { createLanguages } from './i18n'
import { router } from './router'
import { vuetify } from './vuetify'
import './style/page.css'

async function start() {
  const app = createApp(App)
  app.use(await createLanguages())
  app.use(vuetify)
  app.use(VueQueryPlugin, { queryClient })
  app.use(router)
  app.mount('#app')
}

void start()
