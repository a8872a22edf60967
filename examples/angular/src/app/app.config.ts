import { provideHttpClient, withInterceptors } from '@angular/common/http';
import { type ApplicationConfig, provideBrowserGlobalErrorListeners } from '@angular/core';
import { provideRouter } from '@angular/router';
import { evertokenInterceptor, provideEvertoken } from 'evertoken/angular';
import { routes } from './app.routes';
import { startSession } from './session';

export const appConfig: ApplicationConfig = {
  providers: [
    provideBrowserGlobalErrorListeners(),
    provideRouter(routes),
    provideHttpClient(withInterceptors([evertokenInterceptor])),
    provideEvertoken(startSession),
  ],
};
