import { HttpClient } from '@angular/common/http';
import { Component, inject, signal } from '@angular/core';
import { Router } from '@angular/router';
import { injectEvertoken } from 'evertoken/angular';
import { firstValueFrom } from 'rxjs';
import { type Envelope, resultOf } from './session';

@Component({
  selector: 'app-sign-in',
  template: `
    <form (submit)="$event.preventDefault(); signIn(name.value)">
      <label>Name <input #name name="name" value="ada" autocomplete="username" required /></label>
      <button type="submit">Sign in</button>
      <p role="status">{{ error() }}</p>
    </form>
  `,
})
export class SignIn {
  private readonly http = inject(HttpClient);
  private readonly router = inject(Router);
  private readonly evertoken = injectEvertoken();
  protected readonly error = signal('');

  /** The answer has the access token, and a cookie that brings the next ones. */
  protected async signIn(login: string) {
    const given = { login, password: 'demo', rememberMe: false };
    try {
      const answer = this.http.post<Envelope<{ accessToken: string }>>('/api/Identity/login', given);
      this.evertoken.session()?.setTokens(resultOf(await firstValueFrom(answer)).accessToken);
      await this.router.navigateByUrl('/');
    } catch (error) {
      this.error.set(String(error));
    }
  }
}
