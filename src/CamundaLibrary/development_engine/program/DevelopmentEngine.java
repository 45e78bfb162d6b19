package camundalibrary;

import java.io.File;
import java.io.IOException;
import java.time.Duration;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.rest.security.auth.ProcessEngineAuthenticationFilter;
import org.camunda.bpm.engine.rest.security.auth.impl.HttpBasicAuthenticationProvider;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Profile;
import org.springframework.util.FileSystemUtils;

/**
 * A Camunda 7 engine that ends when its standard input does and then removes the folder `engine.folder`, so that neither
 * it nor its temporary files outlive the program that started it, however that one ended.
 */
@SpringBootApplication
public class DevelopmentEngine {

  public static void main(String[] arguments) {
    Thread parent = new Thread(DevelopmentEngine::exitAtEndOfInput, "parent");
    parent.setDaemon(true);
    parent.start();
    ClockUtil.offset(Duration.parse(System.getProperty("engine.clock", "PT0S")).toMillis());
    SpringApplication.getShutdownHandlers().add(DevelopmentEngine::removeFolder);
    SpringApplication.run(DevelopmentEngine.class, arguments);
  }

  private static void exitAtEndOfInput() {
    try {
      while (System.in.read() >= 0) {}
    } catch (IOException end) {
      // a broken pipe is an end as well
    }
    System.exit(0);
  }

  private static void removeFolder() {
    String folder = System.getProperty("engine.folder");
    if (folder != null) FileSystemUtils.deleteRecursively(new File(folder));
  }

  /** HTTP Basic with the users of the engine; the list of engines stays open to all. */
  @Bean
  @Profile("authentication")
  FilterRegistrationBean<ProcessEngineAuthenticationFilter> authentication() {
    var registration = new FilterRegistrationBean<>(new ProcessEngineAuthenticationFilter());
    registration.addInitParameter(
        ProcessEngineAuthenticationFilter.AUTHENTICATION_PROVIDER_PARAM, HttpBasicAuthenticationProvider.class.getName());
    registration.addUrlPatterns("/engine-rest/*");
    registration.setAsyncSupported(true); // long polls of fetchAndLock
    return registration;
  }
}
