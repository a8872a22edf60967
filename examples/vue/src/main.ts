import { createEvertoken } from 'evertoken/vue';
import { createApp } from 'vue';
import App from './App.vue';
import { startSession } from './session';

createApp(App).use(createEvertoken(startSession)).mount('#app');
