// Posts the token of the link with the new password to the API, and shows what it answers.
const form = document.getElementById("form");
const button = document.getElementById("confirm");
const message = document.getElementById("message");
const password = document.getElementById("password");
const token = new URLSearchParams(location.search).get("token") ?? "";

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  button.disabled = true;
  try {
    const response = await fetch("/api/auth/password/reset", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token, password: password.value }),
    });
    const answer = response.ok ? null : await response.json();
    message.textContent = response.ok
      ? "Your password is set: log in with it. You can close this page."
      : `${answer.message}.`;
    form.hidden = response.ok;
    button.disabled = false;
  } catch {
    message.textContent = "The platform cannot be reached: try again in a moment.";
    button.disabled = false;
  }
});
